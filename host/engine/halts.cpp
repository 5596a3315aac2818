#include "host/engine/halts.hpp"

#include "host/base/log.hpp"

namespace tradectl::engine {

void Halts::refresh() {
    if (!latch_) return;
    auto halts = latch_->read();
    if (halts) {
        halts_ = std::move(*halts);
        unreadable_ = false;
        return;
    }
    if (!unreadable_) {
        log(LogLevel::Error, "halt", "everything is halted: " + halts.error().message);
    }
    unreadable_ = true;
}

Status Halts::add(const Halt& halt) {
    if (!latch_) {
        halts_.push_back(halt);
        return {};
    }
    Status added = latch_->add(halt);
    if (!added) halts_.push_back(halt);
    refresh();
    return added;
}

risk::TradingState Halts::state(std::string_view strategy,
                                std::string_view exchange,
                                std::string_view instrument) const {
    if (unreadable_) return risk::TradingState::Halted;
    const auto covers = [](std::string_view scope, std::string_view kind, std::string_view name) {
        return scope.starts_with(kind) && scope.substr(kind.size()) == name;
    };
    for (const Halt& halt : halts_) {
        if (halt.scope == "all" || covers(halt.scope, "strategy:", strategy) ||
            covers(halt.scope, "exchange:", exchange) ||
            covers(halt.scope, "instrument:", instrument)) {
            return risk::TradingState::Halted;
        }
    }
    return risk::TradingState::Active;
}

}  // namespace tradectl::engine
