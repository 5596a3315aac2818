#include "host/engine/listings.hpp"

#include "host/base/log.hpp"
#include "host/engine/instrument_record.hpp"
#include "host/engine/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::uint32_t kToldAlready = 0;  // of News
constexpr std::uint32_t kMarketStreams =
    TRADECTL_STREAM_QUOTES | TRADECTL_STREAM_TRADES | TRADECTL_STREAM_BOOK;

market::InstrumentSpec mirrored(const tradectl_instrument& from, const std::string& mirror) {
    market::InstrumentSpec spec = market::spec_of(from);
    spec.name = mirrored_name(spec.name, spec.venue, mirror);
    spec.venue = mirror;
    return spec;
}

/// The mirror of one instrument at one exchange, when it has one there.
Status add_mirror(const config::ExchangeConfig& mirror,
                  const tradectl_instrument& from,
                  market::InstrumentTable& table) {
    if (mirror.mirrors.empty() || market::id_text(from.venue) != mirror.mirrors) return {};
    const auto spec = mirrored(from, mirror.name);
    // Listed by hand it stays as it is.
    if (table.find(spec.name) || table.find_symbol(mirror.name, spec.venue_symbol)) return {};
    const auto added = table.add(spec);
    return added ? Status{} : fail(added.error());
}

}  // namespace

std::string mirrored_name(std::string_view name,
                          const std::string& venue,
                          const std::string& mirror) {
    const std::string suffix = "." + venue;
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return std::string(name) + "." + mirror;
}

Status add_mirrored(const config::Config& config, market::InstrumentTable& table) {
    for (const auto& mirror : config.exchanges) {
        const std::uint32_t count = table.size();
        for (std::uint32_t handle = 0; handle < count; ++handle) {
            auto added = add_mirror(mirror, *table.instrument(handle), table);
            if (!added) return added;
        }
    }
    return {};
}

std::optional<std::uint32_t> feed_of(const Trading& trading,
                                     const tradectl_instrument& instrument) {
    const auto& exchanges = trading.config.exchanges;
    const auto reached = [&](std::string_view name) -> std::optional<std::uint32_t> {
        for (std::uint32_t i = 0; i < exchanges.size(); ++i) {
            if (exchanges[i].name == name && trading.reaches_venue(i)) return i;
        }
        return std::nullopt;
    };
    const auto venue = market::id_text(instrument.venue);
    if (const auto own = reached(venue)) return own;
    for (const auto& exchange : exchanges) {
        if (exchange.name == venue && !exchange.mirrors.empty()) return reached(exchange.mirrors);
    }
    return std::nullopt;
}

tradectl_subscription market_of(const Trading& trading,
                                tradectl_instrument_handle handle,
                                std::uint32_t exchange) {
    const auto symbol = market::id_text(trading.table.instrument(handle)->venue_symbol);
    const auto own = trading.table.find_symbol(trading.config.exchanges[exchange].name, symbol);
    const bool is_mirror = own && trading.mirrors[*own] == handle;
    tradectl_subscription item{};
    item.struct_size = sizeof(item);
    item.instrument = is_mirror ? *own : handle;
    item.streams = kMarketStreams;
    return item;
}

// ---- Listings

tradectl_status Listings::add(std::uint32_t exchange,
                              const tradectl_instrument& record,
                              tradectl_instrument_handle& out) {
    const std::string& name = trading_.config.exchanges[exchange].name;
    const auto taken = take(exchange, market::spec_of(record));
    if (taken) {
        out = *taken;
        return TRADECTL_OK;
    }
    const bool is_full = taken.error().code == ErrorCode::Quota;
    // A full list stays full for a while: it is told once.
    if (!is_full || full_.insert(exchange).second)
        log(LogLevel::Error, "exchange", taken.error().message, {{"instance", name}});
    return is_full ? TRADECTL_QUOTA : TRADECTL_INVALID_ARGUMENT;
}

Expected<tradectl_instrument_handle> Listings::take(std::uint32_t exchange,
                                                    const market::InstrumentSpec& spec) {
    const std::string& venue = trading_.config.exchanges[exchange].name;
    if (spec.venue != venue || !spec.name.ends_with("." + venue)) {
        return fail(ErrorCode::InvalidArgument,
                    "instrument " + spec.name + " of '" + spec.venue +
                        "': an exchange adds its own, with names that end in ." + venue);
    }
    if (const auto known = trading_.table.find_symbol(venue, spec.venue_symbol)) {
        if (auto updated = update(*known, spec); !updated) return fail(updated.error());
        return *known;
    }
    return add_new(exchange, spec);
}

Expected<tradectl_instrument_handle> Listings::add_new(std::uint32_t exchange,
                                                       const market::InstrumentSpec& spec) {
    added_.resize(trading_.config.exchanges.size());
    const auto& config = trading_.config.exchanges[exchange];
    if (added_[exchange] >= config.instruments_max) {
        return fail(ErrorCode::Quota,
                    "instrument " + spec.name + ": '" + config.name + "' has added " +
                        std::to_string(added_[exchange]) +
                        " that are not over, the limit (instruments_max) is " +
                        std::to_string(config.instruments_max));
    }
    const auto added = trading_.table.add(spec);
    if (!added) return fail(added.error());
    const auto status = trading_.table.instrument(*added)->status;
    if (!is_over(status)) ++added_[exchange];
    keep(*trading_.table.instrument(*added));
    const std::uint32_t first_mirror = trading_.table.size();
    for (const auto& mirror : trading_.config.exchanges) {
        // A name that does not fit there is that exchange's loss alone.
        auto made = add_mirror(mirror, *trading_.table.instrument(*added), trading_.table);
        if (!made) log(LogLevel::Warning, "engine", "not mirrored: " + made.error().message);
    }
    trading_.grow();
    news_.push_back({*added, TRADECTL_INSTRUMENT_LISTED});
    for (std::uint32_t handle = first_mirror; handle < trading_.table.size(); ++handle)
        news_.push_back({handle, TRADECTL_INSTRUMENT_LISTED});
    return *added;
}

void Listings::keep(const tradectl_instrument& instrument) {
    const std::string text =
        instrument_text(market::spec_of(instrument), trading_.resolved_price(instrument.handle));
    scribe_.kv(instruments_owner(market::id_text(instrument.venue)),
               market::id_text(instrument.name),
               std::as_bytes(std::span(text)));
    kept_.insert(instrument.handle);
}

void Listings::recount(const tradectl_instrument& instrument, std::uint32_t status_before) {
    const bool was_over = is_over(status_before);
    if (!kept_.contains(instrument.handle) || was_over == is_over(instrument.status)) return;
    for (std::uint32_t i = 0; i < added_.size(); ++i) {
        if (trading_.config.exchanges[i].name != market::id_text(instrument.venue)) continue;
        added_[i] += was_over ? 1U : -1U;
        full_.erase(i);
    }
}

/// A mirror's instrument follows its original.
Status Listings::update(tradectl_instrument_handle handle, const market::InstrumentSpec& spec) {
    const auto& instrument = *trading_.table.instrument(handle);
    const auto status_before = instrument.status;
    const auto changed = trading_.table.update(handle, spec);
    if (!changed) return fail(changed.error());
    if (!*changed) return {};
    const std::uint32_t change = instrument.status != status_before
                                     ? TRADECTL_INSTRUMENT_STATUS_CHANGED
                                     : TRADECTL_INSTRUMENT_TICK_CHANGED;
    recount(instrument, status_before);
    if (kept_.contains(handle)) keep(instrument);
    news_.push_back({handle, change});
    for (const auto& mirror : trading_.config.exchanges) {
        if (mirror.mirrors.empty() || mirror.mirrors != spec.venue) continue;
        const auto other = trading_.table.find_symbol(mirror.name, spec.venue_symbol);
        if (!other) continue;
        auto follows = mirrored(instrument, mirror.name);
        follows.name = market::id_text(trading_.table.instrument(*other)->name);
        const auto followed = trading_.table.update(*other, follows);
        if (followed && *followed) news_.push_back({*other, change});
    }
    return {};
}

void Listings::hear(const tradectl_instrument_event& event) {
    const auto handle = event.header.instrument;
    const auto* known = trading_.table.instrument(handle);
    if (known == nullptr || event.change == TRADECTL_INSTRUMENT_LISTED) return;
    market::InstrumentSpec spec = market::spec_of(event.instrument);
    spec.name = market::id_text(known->name);
    spec.venue = market::id_text(known->venue);
    const std::size_t before = news_.size();
    const Decimal resolved_before = trading_.resolved_price(handle);
    trading_.resolve(handle, Decimal::from_abi(event.resolved_price));
    if (auto updated = update(handle, spec); !updated) {
        log(LogLevel::Warning, "engine", "not taken over: " + updated.error().message);
        return;
    }
    const bool told = trading_.resolved_price(handle) != resolved_before;
    if (told && news_.size() == before && kept_.contains(handle)) keep(*known);
    const auto mirror = trading_.mirrors[handle];
    if (told && mirror != TRADECTL_HANDLE_NONE) payouts_.push_back(mirror);
    // The event itself tells strategies; the mirror has to take it in.
    for (std::size_t i = before; i < news_.size(); ++i)
        news_[i].change = kToldAlready;
}

tradectl_instrument_event Listings::event_of(tradectl_instrument_handle handle,
                                             std::uint32_t change) const {
    tradectl_instrument_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_INSTRUMENT;
    event.header.seq = ++trading_.event_seq;
    event.header.instrument = handle;
    event.header.event_time = event.header.host_time = trading_.clock.now().ns();
    event.change = change;
    event.resolved_price = trading_.resolved_price(handle).to_abi();
    event.instrument = *trading_.table.instrument(handle);
    return event;
}

void Listings::tell_of(StrategyRunner& runner, const News& news, std::uint16_t flags) {
    auto event = event_of(news.handle, news.change);
    event.header.flags = flags;
    runner.hear(event.header);
}

/// The venue in miniature pays what its original pays. It may hear that twice.
void Listings::tell_payouts() {
    for (const auto handle : std::exchange(payouts_, {})) {
        const auto event = event_of(handle, TRADECTL_INSTRUMENT_STATUS_CHANGED);
        EventBuffer events;
        events.append(event.header);
        const auto venue = market::id_text(event.instrument.venue);
        for (auto& exchange : trading_.exchanges) {
            if (exchange->name() == venue && exchange->wants_market_data())
                exchange->on_market_data(events);
        }
    }
}

void Listings::tell(Pipeline& pipeline) {
    const auto news = std::exchange(news_, {});
    std::vector<std::vector<tradectl_subscription>> wanted(trading_.exchanges.size());
    std::set<std::string> mirrors;
    for (const News& each : news) {
        bool trades = false;
        for (auto& runner : trading_.runners) {
            if (each.change == kToldAlready || !runner->may_trade(each.handle)) continue;
            trades = true;
            tell_of(*runner, each, 0);
        }
        const auto& instrument = *trading_.table.instrument(each.handle);
        mirrors.emplace(market::id_text(instrument.venue));
        const auto feed = trading_.feeds[each.handle];
        if (each.change != TRADECTL_INSTRUMENT_LISTED || !trades || !feed) continue;
        wanted[*feed].push_back(market_of(trading_, each.handle, *feed));
    }
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        const auto& exchange = trading_.config.exchanges[i];
        // Its answer is nobody's: the venue in miniature takes in what the table has.
        if (!exchange.mirrors.empty() && mirrors.contains(exchange.name))
            trading_.exchanges[i]->load_instruments();
        if (!wanted[i].empty()) pipeline.follow(i, wanted[i]);
    }
    tell_payouts();
}

void Listings::tell_all() {
    // What came before a mirror was started it knows.
    for (std::uint32_t i = 0; i < trading_.exchanges.size() && !news_.empty(); ++i) {
        if (!trading_.config.exchanges[i].mirrors.empty())
            trading_.exchanges[i]->load_instruments();
    }
    news_.clear();
    // What resolved in an earlier run may not have been paid in it.
    for (const auto mirror : trading_.mirrors) {
        if (mirror != TRADECTL_HANDLE_NONE && trading_.resolved.contains(mirror))
            payouts_.push_back(mirror);
    }
    for (auto& runner : trading_.runners) {
        if (!runner->hears_listings() || runner->faulted()) continue;
        for (std::uint32_t handle = 0; handle < trading_.table.size(); ++handle) {
            if (!runner->may_trade(handle)) continue;
            tell_of(*runner, {handle, TRADECTL_INSTRUMENT_LISTED}, TRADECTL_EVENT_FLAG_SNAPSHOT);
        }
    }
}

}  // namespace tradectl::engine
