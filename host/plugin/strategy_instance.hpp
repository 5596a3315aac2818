/// One running strategy: the C++ face of `tradectl_strategy_api`.
#pragma once

#include "host/plugin/instance_options.hpp"

#include <tradectl/abi/strategy.h>
#include <tradectl/expected.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tradectl::plugin {

class HostServices;
class Library;

/// Calls into the plugin and keeps the host safe from it. Not movable; all calls come from one
/// thread at a time. [engine]
///
/// A code other than OK, an exception or a call over its budget faults the instance: that call and
/// every later one fails with BadState (the first with the plugin's own code where it gave one),
/// and no call but destroy goes into the plugin any more.
class StrategyInstance {
  public:
    /// Makes the plugin's instance. `host` must outlive it; the library is shared because several
    /// instances may come from one and it must stay loaded for the last of them. Config when the
    /// library is no strategy; the plugin's own code and text when its `create` fails.
    static Expected<std::unique_ptr<StrategyInstance>> create(std::shared_ptr<Library> library,
                                                              std::string name,
                                                              HostServices& host,
                                                              InstanceOptions options = {});
    ~StrategyInstance();
    StrategyInstance(const StrategyInstance&) = delete;
    StrategyInstance& operator=(const StrategyInstance&) = delete;

    /// `settings_json`: one flat object, checked against the manifest's schema, defaults filled in.
    Status configure(std::string_view settings_json);
    Status start();
    /// One turn; `turn` and what it points to are only read, and only during the call.
    Status on_events(const tradectl_turn& turn);
    Status stop();

    [[nodiscard]] bool faulted() const;
    /// Why, as one line; empty while not faulted.
    [[nodiscard]] const std::string& fault_reason() const;
    [[nodiscard]] const std::string& name() const;
    /// Longest `on_events` so far, by the turn clock (turn_clock.hpp).
    [[nodiscard]] std::int64_t turn_ns_max() const;

  private:
    struct State;
    explicit StrategyInstance(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::plugin
