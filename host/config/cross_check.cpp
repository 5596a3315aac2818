#include "host/config/cross_check.hpp"

#include "host/config/check.hpp"
#include "host/config/exchange_rules.hpp"
#include "host/config/instrument_check.hpp"
#include "host/config/key_rules.hpp"
#include "host/config/suggest.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tradectl::config {
namespace {

const Node& list_of(const Node& merged, std::string_view key) {
    static const Node empty;
    const Node* found = merged.find(key);
    return found == nullptr ? empty : *found;
}

std::string text_of(const Node& map, std::string_view key) {
    const Node* found = map.find(key);
    return found == nullptr ? "" : found->text;
}

std::vector<std::string> names_in(const Node& list) {
    std::vector<std::string> names;
    for (const Node& item : list.children) {
        const std::string name = text_of(item, "name");
        if (!name.empty()) names.push_back(name);
    }
    return names;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

class CrossChecker {
  public:
    CrossChecker(const Node& merged, Problems& problems)
        : merged_(merged),
          problems_(problems),
          exchanges_(names_in(list_of(merged, "exchanges"))),
          instruments_(names_in(list_of(merged, "instruments"))) {}

    void run() {
        for (const char* key : {"keys", "exchanges", "instruments", "strategies"})
            check_unique_names(list_of(merged_, key), key);
        each("keys",
             [&](const Node& item, const std::string& path) { check_key(item, path, problems_); });
        each("exchanges", [&](const Node& item, const std::string& path) {
            check_unique_items(item, "accounts", path);
            check_exchange(item, path, problems_);
            check_mirror(item, path);
        });
        each("instruments", [&](const Node& item, const std::string& path) {
            check_venue(item, path, "venue");
            check_instrument(item, path, problems_);
        });
        each("data", [&](const Node& item, const std::string& path) { check_data(item, path); });
        each("strategies",
             [&](const Node& item, const std::string& path) { check_strategy(item, path); });
        check_any_instrument();
        check_mode();
        check_alerts();
    }

  private:
    template <typename Check>
    void each(std::string_view key, const Check& check) {
        const Node& list = list_of(merged_, key);
        for (std::size_t i = 0; i < list.children.size(); ++i)
            check(list.children[i], join_path(std::string(key), i));
    }

    void report(const Node& node,
                const std::string& path,
                std::string message,
                std::string hint = "") {
        problems_.push_back({node.origin, path, std::move(message), std::move(hint)});
    }

    void check_unique_names(const Node& list, const std::string& key) {
        std::vector<std::string> seen;
        for (std::size_t i = 0; i < list.children.size(); ++i) {
            const Node* name = list.children[i].find("name");
            if (name == nullptr || name->text.empty()) continue;
            if (contains(seen, name->text))
                report(*name,
                       join_path(join_path(key, i), "name"),
                       "'" + name->text + "' is used twice",
                       "names must be unique");
            seen.push_back(name->text);
        }
    }

    void check_unique_items(const Node& map, std::string_view key, const std::string& path) {
        std::vector<std::string> seen;
        for (const Node& item : list_of(map, key).children) {
            if (contains(seen, item.text))
                report(item, join_path(path, key), "'" + item.text + "' is used twice");
            seen.push_back(item.text);
        }
    }

    void check_known(const Node& name,
                     const std::string& path,
                     const std::string& what,
                     const std::vector<std::string>& known) {
        if (contains(known, name.text) || name.text.empty()) return;
        const std::string guess = nearest(name.text, known);
        report(name,
               path,
               "there is no " + what + " '" + name.text + "'",
               !guess.empty()  ? "did you mean '" + guess + "'?"
               : known.empty() ? ""
                               : "there is: " + join(known));
    }

    /// A missing venue is fine when there is one to choose from.
    void check_venue(const Node& item, const std::string& path, std::string_view key) {
        const Node* venue = item.find(key);
        if (venue != nullptr)
            check_known(*venue, join_path(path, key), "exchange", exchanges_);
        else if (exchanges_.size() > 1)
            report(item,
                   join_path(path, key),
                   "is required with more than one exchange",
                   "one of " + join(exchanges_));
    }

    void check_order(const Node& map,
                     const std::string& path,
                     std::string_view low,
                     std::string_view high) {
        const auto least = Decimal::parse(text_of(map, low));
        const auto most = Decimal::parse(text_of(map, high));
        if (!least || !most || *least <= *most) return;
        report(
            *map.find(low),
            join_path(path, low),
            "'" + text_of(map, low) + "' is above " + std::string(high) + " " + text_of(map, high));
    }

    void check_data(const Node& item, const std::string& path) {
        if (const Node* name = item.find("instrument"))
            check_known(*name, join_path(path, "instrument"), "instrument", instruments_);
        const Node* synth = item.find("synth");
        const Node* exchange = item.find("exchange");
        if (exchange != nullptr)
            check_known(*exchange, join_path(path, "exchange"), "exchange", exchanges_);
        const int sources =
            (item.find("file") != nullptr) + (synth != nullptr) + (exchange != nullptr);
        if (sources != 1) report(item, path, "needs exactly one of file, synth and exchange");
        check_bars(item, path);
        check_file_once(item, path);
        if (synth == nullptr) return;
        check_order(*synth, join_path(path, "synth"), "regime_trades_min", "regime_trades_max");
        const Node& weights = list_of(*synth, "weights");
        const bool all_zero = !weights.children.empty() &&
                              std::all_of(weights.children.begin(),
                                          weights.children.end(),
                                          [](const Node& weight) { return weight.text == "0"; });
        if (all_zero)
            report(weights, join_path(join_path(path, "synth"), "weights"), "must not all be 0");
    }

    /// Twice the same file would double every event.
    void check_file_once(const Node& item, const std::string& path) {
        const Node* file = item.find("file");
        const Node* name = item.find("instrument");
        if (file == nullptr || name == nullptr) return;
        if (!files_.emplace(name->text, file->text).second)
            report(*file,
                   join_path(path, "file"),
                   "'" + file->text + "' is played for '" + name->text + "' already");
    }

    /// Bars are played from files; an instrument's are built in one way.
    void check_bars(const Node& item, const std::string& path) {
        const Node* bars = item.find("bars");
        if (bars != nullptr && item.find("file") == nullptr)
            report(*bars, join_path(path, "bars"), "needs file");
        if (const Node* build = item.find("build")) {
            const std::string instrument = text_of(item, "instrument");
            if (contains(built_, instrument))
                report(*build,
                       join_path(path, "build"),
                       "the bars of '" + instrument + "' are built twice");
            built_.push_back(instrument);
        }
    }

    const Node* find_exchange(const Node& strategy) const {
        const Node& list = list_of(merged_, "exchanges");
        const std::string wanted = text_of(strategy, "exchange");
        for (const Node& item : list.children) {
            if (wanted.empty() ? list.children.size() == 1 : text_of(item, "name") == wanted)
                return &item;
        }
        return nullptr;
    }

    void check_strategy(const Node& item, const std::string& path) {
        check_venue(item, path, "exchange");
        const Node* exchange = find_exchange(item);
        const Node* account = item.find("account");
        if (exchange != nullptr && account != nullptr) {
            std::vector<std::string> accounts;
            for (const Node& each : list_of(*exchange, "accounts").children)
                accounts.push_back(each.text);
            if (accounts.empty()) accounts.emplace_back("main");
            check_known(*account, join_path(path, "account"), "account", accounts);
        }
        check_unique_items(item, "instruments", path);
        const std::string list_path = join_path(path, "instruments");
        const Node& wanted = list_of(item, "instruments");
        for (std::size_t i = 0; i < wanted.children.size(); ++i) {
            const Node& name = wanted.children[i];
            if (name.text.find('*') != std::string::npos) continue;
            check_known(name, join_path(list_path, i), "instrument", instruments_);
            if (exchange != nullptr) check_at_venue(name, join_path(list_path, i), *exchange);
        }
    }

    /// Of another exchange that mirrors none itself.
    void check_mirror(const Node& item, const std::string& path) {
        const Node* mirrors = item.find("mirrors");
        if (mirrors == nullptr) return;
        check_known(*mirrors, join_path(path, "mirrors"), "exchange", exchanges_);
        for (const Node& other : list_of(merged_, "exchanges").children) {
            const bool chains =
                text_of(other, "name") == mirrors->text && other.find("mirrors") != nullptr;
            const bool again = text_of(other, "mirrors") == mirrors->text && &other != &item;
            if (!chains && !again) continue;
            report(*mirrors,
                   join_path(path, "mirrors"),
                   "'" + mirrors->text +
                       (chains ? "' mirrors an exchange itself" : "' is mirrored twice"));
        }
    }

    /// None are needed where a strategy takes those that appear.
    void check_any_instrument() {
        const Node* instruments = merged_.find("instruments");
        if (instruments == nullptr || !instruments->children.empty()) return;
        for (const Node& strategy : list_of(merged_, "strategies").children) {
            for (const Node& name : list_of(strategy, "instruments").children)
                if (name.text.find('*') != std::string::npos && !is_simulated()) return;
        }
        report(*instruments, "instruments", "0 items is below the minimum of 1");
    }

    /// A strategy trades at its own exchange only.
    void check_at_venue(const Node& name, const std::string& path, const Node& exchange) {
        for (const Node& instrument : list_of(merged_, "instruments").children) {
            if (text_of(instrument, "name") != name.text) continue;
            const std::string venue = text_of(instrument, "venue");
            if (!venue.empty() && venue != text_of(exchange, "name"))
                report(name,
                       path,
                       "'" + name.text + "' is traded at '" + venue + "', but the strategy at '" +
                           text_of(exchange, "name") + "'");
        }
    }

    /// Programs are found by their path alone: PATH may be another one under a service manager.
    void check_alerts() {
        const Node& command = list_of(list_of(merged_, "alerts"), "command");
        if (command.children.empty() || command.children[0].text.starts_with('/')) return;
        report(command.children[0],
               "alerts.command[0]",
               "'" + command.children[0].text + "' is not an absolute path");
    }

    [[nodiscard]] bool is_simulated() const {
        const Node* clock = merged_.find("clock");
        return text_of(merged_, "mode") == "backtest" ||
               (clock != nullptr && clock->text == "simulated");
    }

    void check_mode() {
        const std::string mode = text_of(merged_, "mode");
        const Node* clock = merged_.find("clock");
        if (clock != nullptr && mode == "backtest" && clock->text == "real")
            report(*clock, "clock", "'real' does not go with mode backtest", "use mode paper");
        if (clock != nullptr && mode == "live" && clock->text == "simulated")
            report(*clock, "clock", "'simulated' does not go with mode live", "use mode paper");
        if (is_simulated() && merged_.find("data") != nullptr &&
            list_of(merged_, "data").children.empty())
            report(merged_, "data", "must not be empty under a simulated clock");
    }

    const Node& merged_;
    Problems& problems_;
    std::vector<std::string> exchanges_;
    std::vector<std::string> instruments_;
    std::set<std::pair<std::string, std::string>> files_;  // instrument, file
    std::vector<std::string> built_;                       ///< instruments whose bars have a rule
};

}  // namespace

void cross_check(const Node& merged, Problems& problems) {
    CrossChecker(merged, problems).run();
}

}  // namespace tradectl::config
