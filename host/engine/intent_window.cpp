#include "host/engine/intent_window.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace tradectl::engine {

namespace {

std::string owner_of(const StrategyRunner& runner) {
    return "intents:" + runner.name();
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

IntentWindow::IntentWindow(Trading& trading, Scribe& scribe)
    : trading_(trading), scribe_(scribe), strategies_(trading.runners.size()) {}

Status IntentWindow::restore(ledger::Reader& reader) {
    for (const auto& runner : trading_.runners) {
        auto rows = reader.kv(owner_of(*runner));
        if (!rows) return fail(rows.error());
        Tags& tags = strategies_[runner->index()];
        for (const auto& row : *rows) {
            const std::string_view value(reinterpret_cast<const char*>(row.value.data()),
                                         row.value.size());
            const auto tag = number_of<std::uint64_t>(row.key);
            const auto time = number_of<std::int64_t>(value);
            if (!tag || !time) continue;
            tags.last[*tag] = Timestamp{*time};
            tags.in_order.push_back({*tag, Timestamp{*time}});
        }
        std::sort(tags.in_order.begin(), tags.in_order.end(), [](const Use& a, const Use& b) {
            return a.time < b.time;
        });
    }
    return {};
}

bool IntentWindow::contains(const StrategyRunner& runner, std::uint64_t tag) const {
    if (tag == 0) return false;
    const auto& last = strategies_[runner.index()].last;
    const auto found = last.find(tag);
    return found != last.end() &&
           trading_.clock.now().minus(found->second) < runner.config().risk.duplicate_window_ns;
}

void IntentWindow::put(const StrategyRunner& runner, std::uint64_t tag) {
    if (tag == 0 || runner.config().risk.duplicate_window_ns <= 0) return;
    Tags& tags = strategies_[runner.index()];
    const Timestamp now = trading_.clock.now();
    drop_old(runner, tags, now);
    tags.last[tag] = now;
    tags.in_order.push_back({tag, now});
    const std::string value = std::to_string(now.ns());
    scribe_.kv(owner_of(runner), std::to_string(tag), std::as_bytes(std::span(value)));
}

void IntentWindow::drop_old(const StrategyRunner& runner, Tags& tags, Timestamp now) {
    const std::int64_t window_ns = runner.config().risk.duplicate_window_ns;
    while (!tags.in_order.empty() && now.minus(tags.in_order.front().time) >= window_ns) {
        const Use old = tags.in_order.front();
        tags.in_order.pop_front();
        const auto found = tags.last.find(old.tag);
        if (found == tags.last.end() || found->second != old.time) continue;  // used again since
        tags.last.erase(found);
        scribe_.kv(owner_of(runner), std::to_string(old.tag), {});
    }
}

}  // namespace tradectl::engine
