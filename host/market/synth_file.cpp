#include "host/market/synth_file.hpp"

#include "host/market/data_writer.hpp"

#include <utility>

namespace tradectl::market {
namespace {

constexpr std::size_t kEventsAtOnce = 4096;

TradeRecord to_record(const tradectl_trade_event& event) {
    return {
        event.header.event_time, event.price, event.quantity, event.trade_id, event.aggressor, 0};
}

QuoteRecord to_record(const tradectl_quote_event& event) {
    return {event.header.event_time,
            event.bid_price,
            event.bid_quantity,
            event.ask_price,
            event.ask_quantity};
}

Status write_events(const EventBuffer& events, DataFileWriter& trades, DataFileWriter* quotes) {
    Status status;
    events.each([&](const tradectl_event& event) {
        if (!status) return;
        if (event.type == TRADECTL_EVENT_TRADE)
            status = trades.add(to_record(reinterpret_cast<const tradectl_trade_event&>(event)));
        else if (quotes != nullptr)
            status = quotes->add(to_record(reinterpret_cast<const tradectl_quote_event&>(event)));
    });
    return status;
}

}  // namespace

Expected<SynthReport> write_synth(Disk& disk,
                                  const SynthFiles& files,
                                  const std::string& instrument,
                                  const SynthOptions& options) {
    if (options.trades == 0)
        return fail(ErrorCode::InvalidArgument, "synth: trades is 0, a file needs an end");
    const auto source = SynthSource::create(options, 0, 0);
    if (!source) return fail(source.error());
    auto trades = DataFileWriter::create(
        disk,
        files.trades,
        {.kind = DataKind::Trades, .instrument = instrument, .origin = "synth", .interval_ns = 0});
    if (!trades) return fail(trades.error());
    std::optional<DataFileWriter> quotes;
    if (!files.quotes.empty()) {
        auto created = DataFileWriter::create(disk,
                                              files.quotes,
                                              {.kind = DataKind::Quotes,
                                               .instrument = instrument,
                                               .origin = "synth",
                                               .interval_ns = 0});
        if (!created) return fail(created.error());
        quotes.emplace(*std::move(created));
    }
    EventBuffer events;
    while ((*source)->next_time()) {
        events.clear();
        const auto given = (*source)->read(Timestamp{INT64_MAX}, kEventsAtOnce, events);
        if (!given) return fail(given.error());
        if (auto status = write_events(events, *trades, quotes ? &*quotes : nullptr); !status)
            return fail(status.error());
    }
    if (auto status = trades->finish(); !status) return fail(status.error());
    SynthReport report{trades->header(), std::nullopt};
    if (!quotes) return report;
    if (auto status = quotes->finish(); !status) return fail(status.error());
    report.quotes = quotes->header();
    return report;
}

}  // namespace tradectl::market
