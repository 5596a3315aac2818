/// A run that leaves something unfinished, and recovery over its state.
#pragma once

#include "host/config/load.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/wal_recover.hpp"
#include "host/wal/client_order_id.hpp"
#include "host/wal/identity.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <optional>
#include <string>

namespace tradectl::engine {

class RecoverTest : public SessionFixture {
  protected:
    static SessionText text_of(const std::string& script, const std::string& more = "") {
        SessionText text;
        text.in_real_time().venue(script, more);
        text.rest = "shutdown: {orders: keep}\n";
        return text;
    }
    /// A run that ends without knowing what became of its one order.
    void leave_one_unknown(const std::string& more = "") {
        EXPECT_EQ(run_well(text_of("unknown", more).script("s", {"3 buy 1 100"})).unresolved, 1U);
    }
    ledger::OrderRow first_order() { return orders().front(); }
    /// Settings of a venue where an order of ours is open; `epochs` later than that of our log.
    std::string orphan_of(OpId op_id, std::uint16_t epochs, const std::string& setting = "orphan") {
        const auto identity = wal::load_identity(*disk_, state_dir());
        EXPECT_TRUE(identity);
        const auto id = wal::to_text(
            wal::make_client_order_id(identity->install_id,
                                      op_id,
                                      static_cast<std::uint16_t>(identity->epoch + epochs),
                                      identity->key));
        return ", " + setting + ": \"" + std::string(id.data(), id.size()) + "\"";
    }
    std::optional<config::Document> document_;
    const config::Config& config_of(const SessionText& text) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        document_ = config::load_text(text.yaml(), load).document;
        return document_->config;
    }
    Expected<WalRecoverAnswer> wal_recover_with(const SessionText& text,
                                                WalRecoverOptions options) {
        return wal_recover(config_of(text), {state_dir()}, options);
    }
};

}  // namespace tradectl::engine
