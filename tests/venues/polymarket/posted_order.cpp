#include "tests/venues/polymarket/posted_order.hpp"

#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr Micro kCent = 10'000;
constexpr std::int64_t kSaltMax = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t kMillisecondsMin = 1'000'000'000'000;  // in seconds: the year 33658

bool only_has(const Json& object, std::initializer_list<std::string_view> names) {
    return std::all_of(object.members().begin(), object.members().end(), [&](const auto& member) {
        return std::find(names.begin(), names.end(), member.first) != names.end();
    });
}

std::optional<Word> decimal_text(const Json& value) {
    if (!value.is_text()) return std::nullopt;
    const auto word = word_from_decimal(value.text());
    return word && to_decimal(*word) == value.text() ? word : std::nullopt;
}

std::optional<Address> address_text(const Json& value) {
    return value.is_text() ? address_from(value.text()) : std::nullopt;
}

/// The members that versions 2 and 3 have and version 1 has not, or the other way round.
bool read_version(const Json& json, SignedOrder& order) {
    const auto get = [](const Json& value, Word& out, std::optional<Word> (*read)(const Json&)) {
        const auto word = read(value);
        if (word) out = *word;
        return word.has_value();
    };
    const auto hex_word = [](const Json& value) {
        return value.is_text() ? word_from_hex(value.text()) : std::nullopt;
    };
    if (json.has("timestamp")) {
        order.version = 2;
        return !json.has("nonce") && !json.has("feeRateBps") &&
               get(json["timestamp"], order.timestamp, decimal_text) &&
               get(json["metadata"], order.metadata, hex_word) &&
               get(json["builder"], order.builder, hex_word) &&
               json["timestamp"].integer_or(0) >= kMillisecondsMin;
    }
    order.version = 1;
    return !json.has("metadata") && !json.has("builder") &&
           get(json["nonce"], order.nonce, decimal_text) &&
           get(json["feeRateBps"], order.fee_rate_bps, decimal_text) && json.has("taker");
}

bool read_amounts(const Json& json, PostedOrder& posted) {
    const auto token = decimal_text(json["tokenId"]);
    const auto maker = decimal_text(json["makerAmount"]);
    const auto taker = decimal_text(json["takerAmount"]);
    const auto expiration = decimal_text(json["expiration"]);
    if (!token || !maker || !taker || !expiration) return false;
    posted.token = json["tokenId"].text();
    posted.order.token = *token;
    posted.order.maker_amount = *maker;
    posted.order.taker_amount = *taker;
    posted.order.expiration = *expiration;
    posted.maker_amount = units_from(json["makerAmount"].text()).value_or(0);
    posted.taker_amount = units_from(json["takerAmount"].text()).value_or(0);
    posted.expiration_s = json["expiration"].integer_or(-1);
    return posted.maker_amount > 0 && posted.taker_amount > 0 && posted.expiration_s >= 0;
}

bool read_parties(const Json& json, SignedOrder& order) {
    const auto maker = address_text(json["maker"]);
    const auto signer = address_text(json["signer"]);
    const auto taker = json.has("taker") ? address_text(json["taker"]) : Address{};
    if (!maker || !signer || !taker || *taker != Address{}) return false;
    order.maker = *maker;
    order.signer = *signer;
    const auto salt = json["salt"].integer();
    const auto wallet = json["signatureType"].integer();
    const std::string side = json["side"].text();
    if (!json["salt"].is_number() || !salt || *salt < 0 || *salt > kSaltMax) return false;
    if (!json["signatureType"].is_number() || !wallet || *wallet < 0 || *wallet > 3) return false;
    if (side != "BUY" && side != "SELL") return false;
    order.salt = word_of(static_cast<std::uint64_t>(*salt));
    order.signature_type = static_cast<std::uint8_t>(*wallet);
    order.side = side == "SELL" ? 1 : 0;
    return true;
}

bool is_flag(const Json& object, std::string_view name) {
    return !object.has(name) || object[name].kind() == Json::Kind::Boolean;
}

/// The posted signature as an ECDSA signature over `digest`.
bool signed_by(const PostedOrder& posted,
               const Address& signer,
               std::uint64_t chain_id,
               const Address& exchange,
               int version) {
    SignedOrder order = posted.order;
    order.version = version;
    const Word domain = exchange_domain(version, chain_id, exchange);
    if (order.signature_type == 3) {
        const Bytes core = nested_core(posted.signature, order, domain);
        return recover(nested_digest(order, chain_id, domain), core) == signer;
    }
    return recover(typed_digest(domain, order_struct_hash(order)), posted.signature) == signer;
}

Refusal check_signature(World& world,
                        const ApiKey& key,
                        const PostedOrder& posted,
                        const Market& market) {
    const int expected = market.protocol_v2 ? 3 : world.settings.order_version;
    const auto contracts = Contracts::of(world.settings.chain_id);
    const auto good = [&](int version) {
        return (version == 1) == (posted.order.version == 1) &&
               signed_by(posted,
                         key.address,
                         world.settings.chain_id,
                         contracts.exchange(version, market.neg_risk),
                         version);
    };
    if (good(expected)) return {};
    for (const int version : {1, 2, 3}) {
        if (version != expected && good(version)) return {400, "order_version_mismatch"};
    }
    if ((expected == 1) != (posted.order.version == 1)) return {400, "order_version_mismatch"};
    return {400, "invalid signature"};
}

/// Who may sign for whom, by signature type.
Refusal check_parties(World& world, const ApiKey& key, const PostedOrder& posted) {
    const auto& order = posted.order;
    const Refusal wrong_signer{400,
                               "the order signer address has to be the address of the API KEY"};
    const Refusal wrong_maker{400, "maker address does not belong to the signer"};
    if (posted.owner != key.id) {
        return {400, "the order owner has to be the owner of the API KEY"};
    }
    if (order.signature_type == 3) {
        const auto wallet = world.deposit_owners.find(order.maker);
        if (order.version == 1 || order.signer != order.maker) return wrong_maker;
        if (wallet == world.deposit_owners.end()) return wrong_maker;
        return wallet->second == key.address ? Refusal{} : wrong_signer;
    }
    if (order.signer != key.address) return wrong_signer;
    const Address wallet = order.signature_type == 1   ? proxy_wallet(order.signer)
                           : order.signature_type == 2 ? safe_wallet(order.signer)
                                                       : order.signer;
    return order.maker == wallet ? Refusal{} : wrong_maker;
}

Refusal check_expiration(const World& world, const PostedOrder& posted) {
    if (posted.type != "GTD") {
        return posted.expiration_s == 0 ? Refusal{} : Refusal{400, "invalid expiration"};
    }
    const auto now = world.now_ms() / 1000;
    return posted.expiration_s > now + world.settings.security_s
               ? Refusal{}
               : Refusal{400, "invalid expiration"};
}

std::int64_t price_decimals(Micro tick) {
    std::int64_t decimals = 6;
    while (decimals > 0 && tick % 10 == 0) {
        tick /= 10;
        --decimals;
    }
    return decimals;
}

/// Smallest collateral step at this tick.
Micro amount_unit(Micro tick) {
    Micro unit = kOne;
    for (auto i = std::min<std::int64_t>(6, price_decimals(tick) + 2); i > 0; --i)
        unit /= 10;
    return unit;
}

Refusal check_terms(const Market& market, const PostedOrder& posted, Order& order) {
    const bool resting = order.type == "GTC" || order.type == "GTD";
    auto terms = limit_terms(order.side, posted.maker_amount, posted.taker_amount, market.tick);
    if (!terms && !resting) {
        terms = market_terms(order.side, posted.maker_amount, posted.taker_amount, market.tick);
    }
    const std::string prefix = "order " + order.id + " is invalid. ";
    if (!resting && posted.maker_amount % kCent != 0) {
        return {400, prefix + "The maker amount of an order that takes has two decimals"};
    }
    if (!terms) {
        return {400, prefix + "Price breaks minimum tick size rule: " + micro_text(market.tick)};
    }
    order.price = terms->price;
    order.size = terms->size;
    if (resting && order.size < market.min_size) {
        return {400,
                prefix + "Size (" + micro_text(order.size) +
                    ") lower than the minimum: " + micro_text(market.min_size)};
    }
    return {};
}

Refusal check_market(World& world, const PostedOrder& posted) {
    const Market* market = world.market_of(posted.token);
    if (market == nullptr || !market->order_book || market->closed || market->winner != -1) {
        return {404, "No orderbook exists for the requested token id"};
    }
    if (!market->accepting) return {400, "the market is not yet ready to process new orders"};
    return {};
}

}  // namespace

std::optional<PostedOrder> read_posted(const Json& posted) {
    const Json& json = posted["order"];
    if (!only_has(posted, {"deferExec", "postOnly", "order", "owner", "orderType"}) ||
        !only_has(json,
                  {"salt",
                   "maker",
                   "signer",
                   "taker",
                   "tokenId",
                   "makerAmount",
                   "takerAmount",
                   "side",
                   "signatureType",
                   "timestamp",
                   "expiration",
                   "metadata",
                   "builder",
                   "nonce",
                   "feeRateBps",
                   "signature"})) {
        return std::nullopt;
    }
    PostedOrder out;
    const auto signature = from_hex(json["signature"].text());
    if (!is_flag(posted, "deferExec") || !is_flag(posted, "postOnly") || !signature ||
        !read_parties(json, out.order) || !read_amounts(json, out) ||
        !read_version(json, out.order)) {
        return std::nullopt;
    }
    out.signature = *signature;
    out.owner = posted["owner"].text();
    out.type = posted["orderType"].text();
    out.post_only = posted["postOnly"].truth();
    if (out.type != "GTC" && out.type != "GTD" && out.type != "FOK" && out.type != "FAK") {
        return std::nullopt;
    }
    return out;
}

std::optional<Terms> limit_terms(Side side, Micro maker, Micro taker, Micro tick) {
    const Micro size = side == Side::Buy ? taker : maker;
    const Micro collateral = side == Side::Buy ? maker : taker;
    if (size % kCent != 0 || Wide{collateral} * kOne % size != 0) return std::nullopt;
    const Wide price = Wide{collateral} * kOne / size;
    if (price % tick != 0 || price < tick || price > kOne - tick) return std::nullopt;
    return Terms{static_cast<Micro>(price), size};
}

std::optional<Terms> market_terms(Side side, Micro maker, Micro taker, Micro tick) {
    if (maker % kCent != 0) return std::nullopt;
    const Micro unit = amount_unit(tick);
    const Wide implied =
        side == Side::Buy ? Wide{maker} * kOne / taker : Wide{taker} * kOne / maker;
    const Wide near = implied / tick * tick;
    for (const Wide price : {near, near + tick, near - tick}) {
        if (price < tick || price > kOne - tick) continue;
        const Wide over = side == Side::Buy ? Wide{maker} * kOne : Wide{maker} * price;
        const Wide under = side == Side::Buy ? price * unit : Wide{kOne} * unit;
        const Wide down = over / under * unit;
        const Wide up = (over + under - 1) / under * unit;
        if (taker == down || taker == up) {
            return Terms{static_cast<Micro>(price), side == Side::Buy ? taker : maker};
        }
    }
    return std::nullopt;
}

Refusal check_posted(World& world, const ApiKey& key, const PostedOrder& posted, Order& order) {
    if (const auto refusal = check_parties(world, key, posted)) return refusal;
    if (const auto refusal = check_market(world, posted)) return refusal;
    const Market& market = *world.market_of(posted.token);
    if (const auto refusal = check_signature(world, key, posted, market)) return refusal;
    SignedOrder sealed = posted.order;
    sealed.version = market.protocol_v2 ? 3 : world.settings.order_version;
    const auto exchange =
        Contracts::of(world.settings.chain_id).exchange(sealed.version, market.neg_risk);
    order.id = hex(typed_digest(exchange_domain(sealed.version, world.settings.chain_id, exchange),
                                order_struct_hash(sealed)));
    order.owner = key.id;
    order.maker = posted.order.maker;
    order.token = posted.token;
    order.side = posted.order.side == 0 ? Side::Buy : Side::Sell;
    order.type = posted.type;
    order.post_only = posted.post_only;
    order.expiration_s = posted.expiration_s;
    order.created_ms = world.now_ms();
    if (world.orders.count(order.id) > 0) {
        return {400, "order " + order.id + " is invalid. Duplicated."};
    }
    if (const auto ban = world.bans.find(to_text(key.address)); ban != world.bans.end()) {
        return {400, ban->second};
    }
    if (const auto refusal = check_expiration(world, posted)) return refusal;
    return check_terms(market, posted, order);
}

}  // namespace polysim
