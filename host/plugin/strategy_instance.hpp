/// One strategy behind the C ABI.
#pragma once

#include "host/plugin/host_services.hpp"

#include <tradectl/abi/strategy.h>
#include <tradectl/expected.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tradectl::plugin {

class Library;

/// Calls go in one at a time, from the engine thread. A code other than OK, an exception that
/// crosses the border or a turn over budget faults the instance: from then on every call but
/// destruction answers BadState. [engine]
class StrategyInstance {
  public:
    struct Options {
        std::int64_t turn_budget_ns = 50'000'000;  ///< of one call, measured when it returns
    };

    /// Creates an instance by the library's strategy factory. Config when it has none or refuses;
    /// the message carries the plugin's own text. `services` must outlive the instance.
    static Expected<std::unique_ptr<StrategyInstance>> create(std::shared_ptr<Library> library,
                                                              std::string name,
                                                              HostServices& services,
                                                              Options options);
    ~StrategyInstance();
    StrategyInstance(const StrategyInstance&) = delete;
    StrategyInstance& operator=(const StrategyInstance&) = delete;

    /// Config with the plugin's text when it refuses.
    Status configure(std::string_view settings_json);
    Status start();
    /// One turn. Internal when it faulted.
    Status on_events(const tradectl_turn& turn);
    Status stop();

    [[nodiscard]] bool faulted() const;
    /// Why, in one line; empty when it has not.
    [[nodiscard]] const std::string& fault_reason() const;
    /// Faults it from outside: a flood of commands, a record that cannot be read.
    void fault(std::string reason);

  private:
    struct State;
    explicit StrategyInstance(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::plugin
