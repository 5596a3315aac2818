/// All that a strategy plugin includes: the base class (strategy_base.hpp), settings, the plugin
/// macro, and the C table of a class, `kStrategyApi<Class>`.
#pragma once

#include "abi/strategy.h"
#include "border.hpp"
#include "plugin.hpp"
#include "strategy_base.hpp"

#include <memory>

namespace tradectl {
namespace strategy_detail {

/// What `tradectl_strategy` is on the plugin's side.
template <typename Class>
struct Instance {
    const tradectl_host* host;
    Class strategy;

    static Instance& of(tradectl_strategy* self) { return *reinterpret_cast<Instance*>(self); }
};

template <typename Class>
class Glue {
    using Self = tradectl_strategy*;
    static Strategy& base(Self self) { return Instance<Class>::of(self).strategy; }
    static const tradectl_host* host(Self self) { return Instance<Class>::of(self).host; }

  public:
    static tradectl_status create(const tradectl_host* host,
                                  tradectl_str name,
                                  Self* out,
                                  tradectl_error_text* error) {
        *out = nullptr;
        return border::guard(host, "create", error, [&]() -> Status {
            auto made = std::unique_ptr<Instance<Class>>(new Instance<Class>{host, {}});
            base(reinterpret_cast<Self>(made.get())).attach(host, view(name));
            *out = reinterpret_cast<Self>(made.release());
            return {};
        });
    }
    static tradectl_status configure(Self self, tradectl_str settings, tradectl_error_text* error) {
        return border::guard(host(self), "configure", error, [&]() -> Status {
            Status read = plugin_detail::read_plugin_settings(Instance<Class>::of(self).strategy,
                                                              view(settings));
            return read ? base(self).on_configure() : read;
        });
    }
    static tradectl_status start(Self self) {
        return border::guard(host(self), "start", [&] { return base(self).on_start(); });
    }
    static tradectl_status on_events(Self self, const tradectl_turn* turn) {
        return border::guard(host(self), "on_events", [&] { return base(self).deliver(*turn); });
    }
    static tradectl_status stop(Self self) {
        return border::guard(host(self), "stop", [&] { return base(self).on_stop(); });
    }
    static void destroy(Self self) {
        if (self == nullptr) return;
        border::guard(host(self), "destroy", [&]() -> Status {
            delete &Instance<Class>::of(self);
            return {};
        });
    }
};

}  // namespace strategy_detail

/// The table that the host calls; `Class` derives publicly from Strategy.
template <typename Class>
inline constexpr tradectl_strategy_api kStrategyApi{
    sizeof(tradectl_strategy_api),
    0,
    &strategy_detail::Glue<Class>::create,
    &strategy_detail::Glue<Class>::configure,
    &strategy_detail::Glue<Class>::start,
    &strategy_detail::Glue<Class>::on_events,
    &strategy_detail::Glue<Class>::stop,
    &strategy_detail::Glue<Class>::destroy,
};

}  // namespace tradectl
