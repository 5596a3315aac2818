// The part of the session that builds bars, and plays those that were recorded.
#include "host/base/log.hpp"
#include "host/engine/session_parts.hpp"
#include "host/market/bar_path_source.hpp"
#include "host/market/data_file.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

// The config's words and the market's: same names, one by one.
market::BarPath path_of(config::BarPath path) {
    switch (path) {
        case config::BarPath::FarFirst: break;
        case config::BarPath::OpenHighLowClose: return market::BarPath::OpenHighLowClose;
        case config::BarPath::OpenLowHighClose: return market::BarPath::OpenLowHighClose;
    }
    return market::BarPath::FarFirst;
}

market::BarPrice price_of(config::BarPrice price) {
    switch (price) {
        case config::BarPrice::Last: break;
        case config::BarPrice::Bid: return market::BarPrice::Bid;
        case config::BarPrice::Ask: return market::BarPrice::Ask;
        case config::BarPrice::Mid: return market::BarPrice::Mid;
    }
    return market::BarPrice::Last;
}

}  // namespace

Expected<std::unique_ptr<market::Source>> open_file(const config::DataConfig& data,
                                                    const tradectl_instrument& instrument,
                                                    std::uint32_t source) {
    auto file = market::DataFile::open(data.file);
    if (!file) return fail(file.error());
    if ((*file)->instrument() != data.instrument) {
        log(LogLevel::Warning,
            "market",
            "the data file was made for another instrument name",
            {{"path", data.file},
             {"file_instrument", (*file)->instrument()},
             {"instrument", data.instrument}});
    }
    std::unique_ptr<market::Source> recorded =
        std::make_unique<market::FileSource>(*file, instrument.handle, source);
    if (data.bars.play == config::BarPlay::Bars) return recorded;
    if ((*file)->kind() != market::DataKind::Bars)
        return fail(ErrorCode::Config, data.file + ": bars.play is for a file of bars");
    market::BarPathOptions options;
    options.play = data.bars.play == config::BarPlay::Quotes ? market::BarPlay::Quotes
                                                             : market::BarPlay::Trades;
    options.path = path_of(data.bars.path);
    options.spacing_ns = data.bars.spacing_ns;
    options.spread_ticks = data.bars.spread_ticks;
    options.tick = Decimal::from_abi(instrument.tick);
    options.quantity = data.bars.quantity.value_or(Decimal::null());
    return std::unique_ptr<market::Source>(
        std::make_unique<market::BarPathSource>(std::move(recorded), options));
}

std::map<tradectl_instrument_handle, market::BarRule> bar_rules(
    const config::Config& config, const market::InstrumentTable& table) {
    std::map<tradectl_instrument_handle, market::BarRule> rules;
    for (const auto& data : config.data) {
        const auto handle = table.find(data.instrument);
        if (!data.build || !handle) continue;
        market::BarRule& rule = rules[*handle];
        rule.price = price_of(data.build->price);
        rule.closed = data.build->closed == config::BarClosed::Right ? market::BarClosed::Right
                                                                     : market::BarClosed::Left;
        rule.gap = data.build->empty == config::BarEmpty::Flat ? market::BarGap::Flat
                                                               : market::BarGap::Skip;
    }
    return rules;
}

/// When the next bar ends that is given by time, by the market's clock.
std::optional<Timestamp> Session::bars_due() const {
    std::optional<Timestamp> due;
    for (const auto& runner : trading_.runners) {
        const Timestamp end = runner->bars_due();
        if (!end.is_none() && (!due || end < *due)) due = end;
    }
    return due;
}

/// Gives the bars whose time is over: nothing of the market comes before `next_event`.
void Session::close_bars(std::optional<Timestamp> next_event) {
    while (!stopping_ && !source_ended_) {
        const auto due = bars_due();
        if (!due || due_of(*due) > trading_.clock.now() || (next_event && *next_event <= *due))
            return;
        for (auto& runner : trading_.runners)
            runner->advance_bars(*due, trading_.event_seq);
        settle();
        flush();
    }
}

}  // namespace tradectl::engine
