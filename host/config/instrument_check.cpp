#include "host/config/instrument_check.hpp"

#include "host/config/check.hpp"

#include <tradectl/decimal.hpp>

#include <optional>

namespace tradectl::config {
namespace {

class InstrumentChecker {
  public:
    InstrumentChecker(const Node& item, const std::string& path, Problems& problems)
        : item_(item), path_(path), problems_(problems) {}

    void run() {
        check_range("quantity_min", "quantity_max");
        check_range("price_min", "price_max");
        check_grid("quantity_min");
        check_grid("quantity_max");
        check_assets();
        check_margin();
        if (text("kind") == "binary") check_binary();
    }

  private:
    [[nodiscard]] std::string text(std::string_view key) const {
        const Node* found = item_.find(key);
        return found == nullptr ? "" : found->text;
    }
    /// Nothing when it is missing or was reported as no decimal.
    [[nodiscard]] static std::optional<Decimal> value(const Node& map, std::string_view key) {
        const Node* found = map.find(key);
        if (found == nullptr) return std::nullopt;
        const auto parsed = Decimal::parse(found->text);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }

    void report(const Node& node, std::string_view key, std::string message) {
        problems_.push_back({node.origin, join_path(path_, key), std::move(message), ""});
    }

    void check_range(std::string_view low, std::string_view high) {
        const auto least = value(item_, low);
        const auto most = value(item_, high);
        if (!least || !most || *least <= *most) return;
        report(*item_.find(low),
               low,
               "'" + text(low) + "' is above " + std::string(high) + " " + text(high));
    }

    void check_grid(std::string_view key) {
        const auto lot = value(item_, "lot");
        const auto found = value(item_, key);
        if (!lot || !lot->is_positive() || !found || found->is_multiple_of(*lot)) return;
        report(*item_.find(key), key, "'" + text(key) + "' is no multiple of lot " + text("lot"));
    }

    void check_assets() {
        const Node* quote = item_.find("quote");
        if (quote != nullptr && !quote->text.empty() && quote->text == text("base"))
            report(*quote, "quote", "'" + quote->text + "' is the base too, must differ");
        const Node* settle = item_.find("settle");
        if (settle == nullptr || settle->text == text("quote")) return;
        if (settle->text != text("base"))
            report(*settle,
                   "settle",
                   "'" + settle->text + "' is neither the base " + text("base") +
                       " nor the quote " + text("quote"));
        else if (item_.find("margin") == nullptr)
            report(*settle, "settle", "'" + settle->text + "' is the base, which needs margin");
    }

    void check_margin() {
        const Node* margin = item_.find("margin");
        if (margin == nullptr) return;
        const auto initial = value(*margin, "initial");
        const auto maintenance = value(*margin, "maintenance");
        if (!initial || !maintenance || *maintenance <= *initial) return;
        report(*margin->find("maintenance"),
               "margin.maintenance",
               "'" + margin->find("maintenance")->text + "' is above initial " +
                   margin->find("initial")->text);
    }

    /// A binary's price is a share of its payment.
    void check_binary() {
        const Decimal one = Decimal::from_int(1);
        for (const char* key : {"price_min", "price_max"}) {
            const auto price = value(item_, key);
            if (price && *price > one)
                report(*item_.find(key),
                       key,
                       "'" + text(key) + "' is above 1, a binary's price lies between 0 and 1");
        }
        const auto tick = value(item_, "tick");
        if (tick && *tick >= one)
            report(
                *item_.find("tick"), "tick", "'" + text("tick") + "' must be below 1 for binary");
    }

    const Node& item_;
    const std::string& path_;
    Problems& problems_;
};

}  // namespace

void check_instrument(const Node& instrument, const std::string& path, Problems& problems) {
    InstrumentChecker(instrument, path, problems).run();
}

}  // namespace tradectl::config
