// A strategy that keeps what it hears of instruments and wallets, and buys what was just listed.
#include <tradectl/strategy.hpp>

#include <cstdio>
#include <string>

namespace tradectl::scripted {
namespace {

class ListeningStrategy final : public Strategy {
  public:
    struct Settings {
        TextListSetting wallets{"wallets", {.fallback = "[]"}, "whose activity it follows"};
        TextSetting at{"at", {.fallback = "quote"}, "when it buys: at the first quote, or listing"};
        DecimalSetting buys{"buys", {.fallback = 0_d}, "how much"};
        DecimalSetting price{"price", {.fallback = 0.5_d}, "limit of what it buys"};
    };
    Settings settings;

    Status on_start() override {
        if (const auto kept = kv_get("heard")) heard_ = std::stoi(std::string(as_text(*kept)));
        keep("start");
        for (const std::string& wallet : *settings.wallets) {
            if (Status followed = commands().follow_wallet(wallet); !followed) return followed;
        }
        return {};
    }
    void on_instrument(const InstrumentUpdate& update) override {
        const auto instrument = host().instrument(update.instrument());
        const std::string name = instrument ? std::string(instrument->name()) : "?";
        if (update.change() != TRADECTL_INSTRUMENT_LISTED)
            return keep("changed " + name + " tick " + instrument->tick().to_string());
        keep("listed " + name + (update.is_snapshot() ? " before" : ""));
        const Status done = subscribe(update.instrument(), TRADECTL_STREAM_QUOTES);
        if (!done) keep("not subscribed");
        if (*settings.at == "listing" && !update.is_snapshot()) buy(update.instrument());
    }
    void on_quote(const Quote& quote) override {
        const std::string name(host().instrument(quote.instrument())->name());
        const std::string key = "seen/" + name;
        if (kv_get(key)) return;
        static_cast<void>(kv_put(key, "1"));
        keep("quote " + name);
        if (*settings.at == "quote") buy(quote.instrument());
    }
    void on_order(const OrderUpdate& order) override {
        keep("order " + std::to_string(static_cast<int>(order.status())) + " " +
             std::to_string(order.reason()));
    }
    void on_fill(const Fill& fill) override {
        keep("fill " + std::string(host().instrument(fill.instrument())->name()) + " " +
             fill.quantity().to_string());
    }
    void on_activity(const Activity& activity) override {
        const auto instrument = host().instrument(activity.instrument());
        keep("activity " + std::string(activity.activity_id()) + " " +
             (instrument ? std::string(instrument->name()) : "?"));
    }

  private:
    void buy(InstrumentHandle instrument) {
        if (!settings.buys->is_positive()) return;
        const auto done =
            submit(instrument, Side::Buy, {.quantity = *settings.buys, .price = *settings.price});
        if (!done) keep("refused");
    }
    void keep(const std::string& text) {
        char key[32];
        std::snprintf(key, sizeof key, "heard/%06d", ++heard_);
        static_cast<void>(kv_put(key, text));
        static_cast<void>(kv_put("heard", std::to_string(heard_)));
    }
    int heard_ = 0;
};

}  // namespace
}  // namespace tradectl::scripted

TRADECTL_STRATEGY_PLUGIN(tradectl::scripted::ListeningStrategy,
                         .id = "listening-strategy",
                         .version = "0.1.0",
                         .description = "keeps what it hears");
