// A strategy that says what its settings tell it to, when they tell it to, and keeps what it hears.
#include <tradectl/strategy.hpp>

#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tradectl::scripted {
namespace {

/// Each step is "TRADE VERB WORD...": what it does at its TRADE-th trade or, with `bars`, at its
/// TRADE-th one minute bar (0: in on_start).
///
///     buy|sell QUANTITY [PRICE|-] [gtc|ioc] [ref=N] [tag=N] [stop=PRICE] [reduce]
///     batch COUNT QUANTITY PRICE       cancel REF       cancel_all       replace REF PRICE
///     exits target|stop|hold|now|clear VALUE            timer MILLISECONDS
///     put KEY VALUE                    decide TEXT      throw   error
class ScriptedStrategy final : public Strategy {
  public:
    struct Settings {
        TextListSetting steps{"steps", {.fallback = "[]"}, "what it does when"};
        BooleanSetting keeps{"keeps", {.fallback = true}, "put what it hears into the store"};
        BooleanSetting every{"every", {.fallback = false}, "do the steps at every trade"};
        BooleanSetting bars{"bars", {.fallback = false}, "count bars in the place of trades"};
    };
    Settings settings;

    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            static_cast<void>(
                *settings.bars ? subscribe(instrument.handle(), TRADECTL_STREAM_BARS, kNsPerMinute)
                               : subscribe(instrument.handle(), TRADECTL_STREAM_TRADES));
        });
        if (const auto kept = kv_get("heard")) heard_ = std::stoi(std::string(as_text(*kept)));
        return act(0);
    }
    Status on_stop() override {
        keep("stop");
        return {};
    }
    void on_trade(const Trade&) override { act_or_throw(++trades_); }
    void on_bar(const Bar&) override { act_or_throw(++trades_); }
    void on_order(const OrderUpdate& order) override {
        keep("order " + std::to_string(order.order_ref().value) + " " +
             std::to_string(static_cast<int>(order.status())) + " " +
             std::to_string(order.reason()));
    }
    void on_fill(const Fill& fill) override {
        keep("fill " + std::to_string(fill.order_ref().value) + " " + fill.quantity().to_string() +
             " " + fill.price().to_string());
    }
    void on_timer(const Timer& timer) override {
        keep("timer " + std::to_string(timer.timer_id()));
    }
    void on_status(const StatusUpdate& status) override {
        keep("status " + std::to_string(status.status()));
    }

  private:
    void keep(const std::string& text) {
        if (!*settings.keeps) return;
        char key[32];
        std::snprintf(key, sizeof key, "heard/%06d", ++heard_);
        static_cast<void>(kv_put(key, text));
        static_cast<void>(kv_put("heard", std::to_string(heard_)));
    }

    void act_or_throw(std::uint64_t trade) {
        if (const Status done = act(trade); !done) throw std::runtime_error(done.error().message);
    }

    Status act(std::uint64_t trade) {
        for (const std::string& step : *settings.steps) {
            std::istringstream words(step);
            std::uint64_t at = 0;
            std::string verb;
            words >> at >> verb;
            if (at != trade && !(*settings.every && trade != 0)) continue;
            if (const Status done = carry_out(verb, words); !done) return done;
        }
        return {};
    }

    Status carry_out(const std::string& verb, std::istringstream& words) {
        if (verb == "buy") return order(Side::Buy, words);
        if (verb == "sell") return order(Side::Sell, words);
        if (verb == "batch") return batch(words);
        if (verb == "exits") return declare(words);
        if (verb == "cancel_all") return cancel_all();
        if (verb == "throw") throw std::runtime_error("told to throw");
        if (verb == "error") return fail(ErrorCode::Internal, "told to fail");
        std::string first;
        std::string second;
        words >> first >> second;
        if (verb == "cancel") return cancel({std::stoull(first)});
        if (verb == "put") return kv_put(first, second);
        if (verb == "decide") return decide(first, {{"answer", 42_d}});
        if (verb == "timer") return set_timer(7, now().plus_ns(std::stoll(first) * 1'000'000));
        if (verb == "replace") {
            const auto done = replace({std::stoull(first)}, {.price = *Decimal::parse(second)});
            return done ? Status{} : Status{fail(done.error())};
        }
        return fail(ErrorCode::InvalidArgument, "step: no verb " + verb);
    }

    Status order(Side side, std::istringstream& words) {
        OrderOptions options;
        std::string word;
        words >> word;
        options.quantity = *Decimal::parse(word);
        while (words >> word) {
            if (word == "ioc") {
                options.time_in_force = TimeInForce::Ioc;
            } else if (word == "reduce") {
                options.reduce_only = true;
            } else if (word.starts_with("ref=")) {
                options.order_ref = {std::stoull(word.substr(4))};
            } else if (word.starts_with("tag=")) {
                options.intent_tag = std::stoull(word.substr(4));
            } else if (word.starts_with("stop=")) {
                options.stop_price = *Decimal::parse(word.substr(5));
            } else if (word != "-") {
                options.price = *Decimal::parse(word);
            }
        }
        const auto done = submit(0, side, options);
        return done ? Status{} : Status{fail(done.error())};
    }

    Status batch(std::istringstream& words) {
        std::size_t count = 0;
        std::string quantity;
        std::string price;
        words >> count >> quantity >> price;
        std::vector<OrderSpec> orders(count);
        for (OrderSpec& spec : orders) {
            spec.instrument = 0;
            spec.side = Side::Buy;
            spec.order.quantity = *Decimal::parse(quantity);
            spec.order.price = *Decimal::parse(price);
        }
        return submit_batch(orders);
    }

    Status declare(std::istringstream& words) {
        std::string rule;
        std::string value;
        words >> rule >> value;
        if (rule == "clear") return clear_exits(0);
        if (rule == "now") return close_position(0);
        Exits rules;
        if (rule == "target") rules.target = *Decimal::parse(value);
        if (rule == "stop") rules.stop = *Decimal::parse(value);
        if (rule == "hold") rules.hold_ns_max = std::stoll(value) * 1'000'000;
        return exits(0, rules);
    }

    std::uint64_t trades_ = 0;
    int heard_ = 0;
};

}  // namespace
}  // namespace tradectl::scripted

TRADECTL_STRATEGY_PLUGIN(tradectl::scripted::ScriptedStrategy,
                         .id = "scripted-strategy",
                         .version = "0.1.0",
                         .description = "does what its steps say");
