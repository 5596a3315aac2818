#include "copy_trader.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::copy_trader {

namespace {

/// Fills of one wallet that are remembered.
constexpr std::size_t kIdsMax = 2048;
/// A fill that lies further ahead than clocks do is not believed.
constexpr std::int64_t kAheadNsMax = kNsPerMinute;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_wallet(std::string_view text) {
    return !text.empty() && text.find_first_of(" /") == std::string_view::npos;
}

/// FNV-1a over wallet and identity: the same fill gives the same tag in every run.
std::uint64_t tag_of(std::string_view wallet, std::string_view id) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto add = [&hash](std::string_view text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        hash = (hash ^ 0xffU) * 0x100000001b3U;
    };
    add(wallet);
    add(id);
    return hash == 0 ? 1 : hash;
}

std::string key_of(std::string_view kind, const std::string& wallet, std::string_view name) {
    return std::string(kind) + "/" + wallet + "/" + std::string(name);
}

/// price + step + share * price; null when it does not fit.
Decimal moved(Decimal price, Decimal step, Decimal share) {
    const auto part = checked_mul(price, share, Rounding::HalfEven);
    const auto both = part ? checked_add(step, *part) : std::nullopt;
    return both ? checked_add(price, *both).value_or(Decimal::null()) : Decimal::null();
}

}  // namespace

Status CopyTrader::on_configure() {
    const std::string_view kind = settings.size.sizing->view();
    sizing_.kind = kind == "fixed"   ? SizingKind::Fixed
                   : kind == "share" ? SizingKind::Share
                                     : SizingKind::Tiers;
    sizing_.fixed = *settings.size.fixed;
    sizing_.share = *settings.size.share;
    auto tiers = read_tiers(*settings.size.tiers);
    if (!tiers) return fail(tiers.error());
    sizing_.tiers = std::move(*tiers);
    if (sizing_.kind == SizingKind::Tiers && sizing_.tiers.empty())
        return fail(ErrorCode::InvalidArgument, "tiers: none are given, and sizing is by tiers");
    if (settings.follow.wallets->empty())
        return fail(ErrorCode::InvalidArgument, "wallets: none are given");
    for (const std::string& given : *settings.follow.wallets) {
        if (!is_wallet(given))
            return fail(ErrorCode::InvalidArgument, "wallets: \"" + given + "\" is no address");
        if (find_leader(given) != nullptr)
            return fail(ErrorCode::InvalidArgument, "wallets: \"" + given + "\" is given twice");
        leaders_.emplace_back().wallet = lower(given);
    }
    for (const auto& [wallet, multiplier] : *settings.follow.multipliers) {
        Leader* leader = find_leader(wallet);
        if (leader == nullptr)
            return fail(ErrorCode::InvalidArgument,
                        "multipliers: \"" + wallet + "\" is not one of the wallets");
        leader->multiplier = multiplier;
    }
    return {};
}

Status CopyTrader::on_start() {
    if (Status started = start_capped(settings.entry, TRADECTL_STREAM_QUOTES); !started)
        return started;
    for (Leader& leader : leaders_) {
        if (Status restored = restore(leader); !restored) return restored;
        if (Status followed = commands().follow_wallet(leader.wallet); !followed) return followed;
    }
    return restore_parked();
}

/// What happened before the wallet was followed for the first time is not copied.
Status CopyTrader::restore(Leader& leader) {
    const std::string mark = "mark/" + leader.wallet;
    const auto kept = kv_get(mark);
    const auto floor = kept ? parse_number<std::int64_t>(as_text(*kept)) : std::nullopt;
    if (kept && !floor) return fail(ErrorCode::Corrupt, "kept \"" + mark + "\" is not a time");
    const std::int64_t second = now().ns() - now().ns() % kNsPerSecond;
    leader.watermark = Watermark(Timestamp{floor.value_or(second - 1)},
                                 {.grace_ns = *settings.follow.grace, .ids_max = kIdsMax});
    if (!floor) return kv_put(mark, std::to_string(second - 1));
    const std::string prefix = "seen/" + leader.wallet + "/";
    return kv_each(prefix, [&](std::string_view key, Bytes value) {
        const auto time = parse_number<std::int64_t>(as_text(value));
        // Without its time it is kept as long as any.
        leader.watermark.restore(time ? Timestamp{*time} : now(), key.substr(prefix.size()));
    });
}

CopyTrader::Leader* CopyTrader::find_leader(std::string_view wallet) {
    const std::string name = lower(wallet);
    const auto found = std::find_if(
        leaders_.begin(), leaders_.end(), [&](const Leader& each) { return each.wallet == name; });
    return found == leaders_.end() ? nullptr : &*found;
}

void CopyTrader::on_activity(const Activity& fill) {
    if (fill.activity() != TRADECTL_ACTIVITY_TRADE) return;
    Leader* leader = find_leader(fill.wallet());
    if (leader == nullptr) return;
    sync();
    if (fill.activity_id().empty()) return skip(fill, {"no identity"});
    if (fill.event_time().ns() <= 0) return skip(fill, {"no time"});
    switch (leader->watermark.look(fill.event_time(), fill.activity_id())) {
        case Watermark::Verdict::Seen: return;
        case Watermark::Verdict::TooLate: return skip_late(*leader, fill);
        case Watermark::Verdict::New: break;
    }
    if (must_wait(fill)) return park(fill);
    decide_on(*leader, fill);
}

void CopyTrader::decide_on(Leader& leader, const Activity& fill) {
    if (!remember(leader, fill)) return skip(fill, {"could not be kept"});
    if (!fill.price().is_positive() || !fill.quantity().is_positive() || fill.side() == Side::None)
        return skip(fill, {"no price, quantity or side"});
    const auto instrument = host().instrument(fill.instrument());
    if (!instrument) return skip(fill, {"instrument not known"});
    const Theirs theirs{leader, fill, track(leader, fill)};
    if (fill.side() == Side::Buy) return copy_buy(theirs, *instrument);
    copy_sell(theirs, *instrument);
}

/// Whether the fill is durably decided on; then, and then alone, an order may follow.
bool CopyTrader::remember(Leader& leader, const Activity& fill) {
    const Timestamp before = leader.watermark.floor();
    const std::string id(fill.activity_id());
    const auto dropped = leader.watermark.take(fill.event_time(), id, now());
    bool is_kept = keep(key_of("seen", leader.wallet, id), std::to_string(fill.event_time().ns()));
    for (const std::string& old : dropped)
        is_kept = keep(key_of("seen", leader.wallet, old), {}) && is_kept;
    const Timestamp floor = leader.watermark.floor();
    if (floor != before)
        is_kept = keep("mark/" + leader.wallet, std::to_string(floor.ns())) && is_kept;
    return is_kept;
}

/// Books what the wallet holds, and gives what it held before.
Decimal CopyTrader::track(const Leader& leader, const Activity& fill) {
    const std::string key = key_of("theirs", leader.wallet, name_of(fill.instrument()));
    const Decimal before = kept_quantity(key);
    const auto after = fill.side() == Side::Buy ? checked_add(before, fill.quantity())
                                                : checked_sub(before, fill.quantity());
    if (after) keep_quantity(key, *after);
    return before;
}

void CopyTrader::copy_buy(const Theirs& theirs, const Instrument& instrument) {
    const Activity& fill = theirs.fill;
    if (const auto refusal = refuse_age(fill)) return skip(fill, *refusal);
    if (const auto refusal = refuse_buy(instrument)) return skip(fill, *refusal);
    const Decimal offer = top(instrument.handle()).ask_price();
    if (const auto refusal = refuse_drift(fill.price(), offer)) return skip(fill, *refusal);
    const Decimal limit = buy_limit(instrument, fill.price());
    if (!limit.is_positive()) return skip(fill, {"no limit price"});
    if (*settings.entry.order.order_type == "fak" && limit < offer)
        return skip(fill, {"slippage", offer, limit});
    const Wanted copy = wanted(theirs, instrument, limit);
    if (copy.refusal) return skip(fill, *copy.refusal);
    Room left = room(instrument);
    if (settings.size.wallet_exposure_max->is_positive())
        left.cap("wallet exposure",
                 wallet_exposure(theirs.leader.wallet),
                 *settings.size.wallet_exposure_max);
    if (left.refusal()) return skip(fill, *left.refusal());
    const Sized sized = quantity_for(instrument, limit, std::min(copy.notional, left.notional()));
    if (sized.refusal) return skip(fill, *sized.refusal);
    // Closed while nobody listened.
    if (position(instrument.handle()).is_flat() && exposure(instrument.handle()).is_zero())
        forget_held(instrument.handle());
    plan(theirs, instrument, Side::Buy, limit, sized.quantity);
}

/// An exit is not held up by filters of entries: who is left holding has what the wallet got rid
/// of.
void CopyTrader::copy_sell(const Theirs& theirs, const Instrument& instrument) {
    const Activity& fill = theirs.fill;
    if (*settings.follow.sells == "ignore") return skip(fill, {"sells are not followed"});
    const std::string& wallet = theirs.leader.wallet;
    Decimal ours = parts(wallet, instrument).of_wallet.quantity;
    if (ours.is_null() || theirs.held_before.is_null()) return skip(fill, {"holding not known"});
    for (const auto& [ref, order] : live_orders())
        if (order.side == Side::Sell && order.instrument == instrument.handle() &&
            order.owner == wallet)
            ours = checked_sub(ours, order.leaves()).value_or(Decimal{});
    if (!ours.is_positive()) return skip(fill, {"nothing to close"});
    const auto share = fill.quantity() < theirs.held_before
                           ? checked_div(fill.quantity(), theirs.held_before, Rounding::HalfEven)
                           : 1_d;
    const auto part = share ? checked_mul(ours, *share, Rounding::HalfEven) : std::nullopt;
    const auto quantity =
        part ? round_to(std::min(*part, ours), instrument.lot(), Rounding::Down) : std::nullopt;
    const Decimal least = instrument.quantity_min();
    if (!quantity || !quantity->is_positive() || (!least.is_null() && *quantity < least))
        return skip(fill, {"below the least quantity", quantity.value_or(Decimal::null()), least});
    const Decimal limit = sell_limit(instrument, top(instrument.handle()).bid_price());
    if (!limit.is_positive()) return skip(fill, {"no bid"});
    plan(theirs, instrument, Side::Sell, limit, *quantity);
}

void CopyTrader::plan(const Theirs& theirs,
                      const Instrument& instrument,
                      Side side,
                      Decimal price,
                      Decimal quantity) {
    const Activity& fill = theirs.fill;
    const BookTop book = top(instrument.handle());
    const auto placed = place({.instrument = instrument.handle(),
                               .side = side,
                               .quantity = quantity,
                               .price = price,
                               .owner = theirs.leader.wallet,
                               .intent_tag = tag_of(theirs.leader.wallet, fill.activity_id()),
                               .note = (side == Side::Buy ? "copied, buy: " : "copied, sell: ") +
                                       std::string(fill.activity_id())},
                              {{"their_price", fill.price()},
                               {"their_quantity", fill.quantity()},
                               {"age", seconds_of(now().minus(fill.event_time()))},
                               {"touch", side == Side::Buy ? book.ask_price() : book.bid_price()},
                               {"price", price},
                               {"quantity", quantity},
                               {"notional", notional_of(instrument, quantity, price)},
                               {"multiplier", theirs.leader.multiplier}});
    if (placed) return;
    log(LogLevel::Warning, "order refused: " + placed.error().message);
    skip(fill, {"order refused"});
}

std::optional<Refusal> CopyTrader::refuse_age(const Activity& fill) const {
    const std::int64_t age = now().minus(fill.event_time());
    if (age > *settings.follow.age_max)
        return Refusal{"too old", seconds_of(age), seconds_of(*settings.follow.age_max)};
    if (age < -kAheadNsMax)
        return Refusal{"time lies ahead", seconds_of(-age), seconds_of(kAheadNsMax)};
    return std::nullopt;
}

std::optional<Refusal> CopyTrader::refuse_drift(Decimal theirs, Decimal offer) const {
    const auto difference = checked_sub(offer, theirs);
    const auto drift = difference ? checked_abs(*difference) : std::nullopt;
    if (!drift) return Refusal{"drift not known"};
    if (settings.price.drift_max->is_positive() && *drift > *settings.price.drift_max)
        return Refusal{"drift", *drift, *settings.price.drift_max};
    if (!settings.price.drift_share_max->is_positive()) return std::nullopt;
    const auto allowed = checked_mul(theirs, *settings.price.drift_share_max, Rounding::Down);
    if (!allowed || *drift > *allowed)
        return Refusal{"drift", *drift, allowed.value_or(Decimal::null())};
    return std::nullopt;
}

/// Their price and the slippage, within what the filter and the instrument allow, on the tick.
Decimal CopyTrader::buy_limit(const Instrument& instrument, Decimal theirs) const {
    Decimal limit = moved(theirs, *settings.price.slippage, *settings.price.slippage_share);
    const Decimal dearest = *settings.entry.filter.price_max;
    if (dearest.is_positive()) limit = std::min(limit, dearest);
    const Decimal highest = Decimal::from_abi(instrument.raw().price_max);
    if (!highest.is_null()) limit = std::min(limit, highest);
    return round_to(limit, instrument.tick(), Rounding::Down).value_or(Decimal::null());
}

Decimal CopyTrader::sell_limit(const Instrument& instrument, Decimal bid) const {
    if (!bid.is_positive()) return Decimal::null();
    const Decimal worst = moved(bid, -*settings.price.slippage, -*settings.price.slippage_share);
    const Decimal lowest = Decimal::from_abi(instrument.raw().price_min);
    Decimal limit = round_to(worst, instrument.tick(), Rounding::Up).value_or(Decimal{});
    limit = std::max(limit, instrument.tick());
    return lowest.is_null() ? limit : std::max(limit, lowest);
}

CopyTrader::Wanted CopyTrader::wanted(const Theirs& theirs,
                                      const Instrument& instrument,
                                      Decimal limit) const {
    const Decimal put_in = notional_of(instrument, theirs.fill.quantity(), theirs.fill.price());
    const Decimal copy = copy_notional(sizing_, put_in, theirs.leader.multiplier);
    if (copy.is_null()) return {{}, Refusal{"size not known"}};
    if (!copy.is_positive()) return {{}, Refusal{"no size for it", put_in}};
    const Decimal least =
        std::max(*settings.entry.caps.trade_notional_min, instrument.notional_min());
    if (*settings.size.small_trades == "skip") {
        if (copy < least) return {{}, Refusal{"below the least value", copy, least}};
        return {copy, std::nullopt};
    }
    // Rounded down to a lot it must still be worth the least.
    const Decimal lot = notional_of(instrument, instrument.lot(), limit);
    const auto raised = checked_add(least, lot);
    if (!raised) return {{}, Refusal{"size not known"}};
    return {std::max(copy, *raised), std::nullopt};
}

}  // namespace tradectl::copy_trader
