/// Random orders through their lives, for tests of what is made from the log.
#pragma once

#include "host/base/random.hpp"
#include "tests/host/ledger/test_log.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace tradectl::ledger {

/// TRADECTL_TEST_SEED, or any number; printed, so that a failure can be run again.
inline std::uint64_t test_seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : SystemRandom().next() % 1'000'000;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

/// Random orders through their lives; keeps in integers what the books must say.
class RandomSession {
  public:
    explicit RandomSession(std::uint64_t seed) : random_(seed) {}

    void grow_to(TestLog& log, std::size_t records) {
        log.deposit("USD", "1000000");
        available_usd = 1'000'000'00;
        while (log.records().size() < records)
            step(log);
    }

    std::int64_t available_usd = 0;  ///< in cents
    std::int64_t held_usd = 0;
    std::int64_t fees = 0;
    std::int64_t btc = 0;
    std::size_t fill_count = 0;
    std::map<std::uint64_t, int> order_status;
    std::map<std::string, std::uint64_t> kv;

  private:
    void step(TestLog& log) {
        const std::uint64_t dice = random_.below(10);
        if (dice < 3 || open_.empty()) return begin(log);
        if (dice == 9) return put(log);
        const std::size_t at = random_.below(open_.size());
        const std::uint64_t op_id = open_[at];
        if (dice < 5) {
            log.ack(op_id);
            order_status[op_id] = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
            return;
        }
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
        if (dice < 8) return fill(log, op_id);
        held_usd -= 2000;
        available_usd += 2000;
        const bool rejected = random_.below(2) == 0;
        if (rejected) log.reject(op_id);
        log.rollback(op_id);
        order_status[op_id] =
            rejected ? TRADECTL_ORDER_STATUS_REJECTED : TRADECTL_ORDER_STATUS_CANCELED;
    }
    void begin(TestLog& log) {
        log.intent(++op_id_);
        open_.push_back(op_id_);
        available_usd -= 2000;
        held_usd += 2000;
        order_status[op_id_] = TRADECTL_ORDER_STATUS_PENDING;
    }
    void fill(TestLog& log, std::uint64_t op_id) {
        log.fill(op_id, "T" + std::to_string(op_id));
        held_usd -= 2000;
        available_usd -= 2;
        fees += 2;
        btc += 2;
        ++fill_count;
        order_status[op_id] = TRADECTL_ORDER_STATUS_FILLED;
    }
    void put(TestLog& log) {
        const std::uint64_t key = random_.below(50);
        const std::string name = "k" + std::to_string(key);
        const bool erased = random_.below(4) == 0;
        const std::uint64_t value = random_.next();
        log.kv(name, erased ? "" : std::to_string(value));
        if (erased)
            kv.erase(name);
        else
            kv[name] = value;
    }

    SeededRandom random_;
    std::uint64_t op_id_ = 0;
    std::vector<std::uint64_t> open_;
};

}  // namespace tradectl::ledger
