#include "market_messages.hpp"

#include "json.hpp"

#include <array>
#include <cstring>
#include <string>

#include <simdjson.h>

namespace tradectl::polymarket {

namespace {

namespace ondemand = simdjson::ondemand;

enum class Kind { None, Book, Changes, Tick, Trade, NewMarket, Resolved, Other };

Kind kind_of(std::string_view type) {
    if (type == "price_change") return Kind::Changes;
    if (type == "book") return Kind::Book;
    if (type == "last_trade_price") return Kind::Trade;
    if (type == "tick_size_change") return Kind::Tick;
    if (type == "new_market") return Kind::NewMarket;
    if (type == "market_resolved") return Kind::Resolved;
    return Kind::Other;
}

Side side_of(std::string_view text) {
    if (text == "BUY" || text == "buy") return Side::Buy;
    if (text == "SELL" || text == "sell") return Side::Sell;
    return Side::None;
}

/// What one message said, whatever the order of its fields.
struct Message {
    Kind kind = Kind::None;
    std::string_view asset;
    std::string_view market;
    std::string_view winner;
    Timestamp time = Timestamp::none();
    Decimal price = Decimal::null();
    Decimal quantity = Decimal::null();
    Decimal tick = Decimal::null();
    Side side = Side::None;
    bool has_levels = false;
    const char* problem = nullptr;  ///< the field that could not be read
};

}  // namespace

struct MarketDecoder::State {
    ondemand::parser parser;
    std::vector<char> text;
    std::vector<PriceLevel> bids;
    std::vector<PriceLevel> asks;
    std::vector<LevelChange> changes;
    std::vector<std::string_view> assets;

    /// The characters between quotes as they stand; a text with an escape is cut there and will
    /// not match anything.
    [[nodiscard]] std::string_view raw_text(const char* begin) const {
        const char* limit = text.data() + text.size();
        const void* quote = std::memchr(begin, '"', static_cast<std::size_t>(limit - begin));
        if (quote == nullptr) return {};
        return {begin, static_cast<std::size_t>(static_cast<const char*>(quote) - begin)};
    }
    [[nodiscard]] bool read_text(ondemand::value value, std::string_view& out) const {
        ondemand::raw_json_string raw;
        if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) return false;
        out = raw_text(raw.raw());
        return true;
    }
    [[nodiscard]] bool read_decimal(ondemand::value value, Decimal& out) const {
        std::string_view digits;
        if (!read_text(value, digits)) {
            digits = value.raw_json_token();
            while (!digits.empty() && static_cast<unsigned char>(digits.back()) <= ' ')
                digits.remove_suffix(1);
        }
        out = plain_decimal(digits);
        return !out.is_null();
    }
    [[nodiscard]] bool read_time(ondemand::value value, Timestamp& out) const {
        Decimal number;
        if (!read_decimal(value, number)) return false;
        const auto whole = number.raw() / Decimal::from_int(1).raw();
        if (whole < 0 || whole > INT64_MAX) return false;
        out = time_of_number(static_cast<std::int64_t>(whole));
        return true;
    }
    bool read_levels(ondemand::value value, std::vector<PriceLevel>& out) const;
    bool read_changes(ondemand::value value);
    bool read_assets(ondemand::value value);
    void read_field(std::string_view key, ondemand::value value, Message& message);
    void read_message(ondemand::object object, MarketSink& sink);
    void tell(const Message& message, MarketSink& sink);
};

namespace {

/// Without the conversion of a result, which throws.
bool is_null(ondemand::value value) {
    bool null = false;
    return value.is_null().get(null) == simdjson::SUCCESS && null;
}

}  // namespace

bool MarketDecoder::State::read_levels(ondemand::value value, std::vector<PriceLevel>& out) const {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return is_null(value);
    for (auto item : array) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) return false;
        PriceLevel level{Decimal::null(), Decimal::null()};
        for (auto field : object) {
            ondemand::raw_json_string key;
            ondemand::value member;
            if (field.key().get(key) != simdjson::SUCCESS ||
                field.value().get(member) != simdjson::SUCCESS)
                return false;
            const std::string_view name = raw_text(key.raw());
            if (name == "price" && !read_decimal(member, level.price)) return false;
            if (name == "size" && !read_decimal(member, level.quantity)) return false;
        }
        if (level.price.is_null() || level.quantity.is_null()) return false;
        out.push_back(level);
    }
    return true;
}

bool MarketDecoder::State::read_changes(ondemand::value value) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto item : array) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) return false;
        LevelChange change{{}, Side::None, Decimal::null(), Decimal::null()};
        for (auto field : object) {
            ondemand::raw_json_string key;
            ondemand::value member;
            if (field.key().get(key) != simdjson::SUCCESS ||
                field.value().get(member) != simdjson::SUCCESS)
                return false;
            const std::string_view name = raw_text(key.raw());
            std::string_view words;
            if (name == "asset_id" && !read_text(member, change.asset)) return false;
            if (name == "price" && !read_decimal(member, change.price)) return false;
            if (name == "size" && !read_decimal(member, change.quantity)) return false;
            if (name == "side" && read_text(member, words)) change.side = side_of(words);
        }
        if (change.asset.empty() || change.price.is_null() || change.quantity.is_null() ||
            change.side == Side::None)
            return false;
        changes.push_back(change);
    }
    return true;
}

bool MarketDecoder::State::read_assets(ondemand::value value) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto item : array) {
        ondemand::value member;
        std::string_view asset;
        if (item.get(member) != simdjson::SUCCESS || !read_text(member, asset)) return false;
        assets.push_back(asset);
    }
    return true;
}

void MarketDecoder::State::read_field(std::string_view key,
                                      ondemand::value value,
                                      Message& message) {
    const auto need = [&](const char* name, bool done) {
        if (!done && message.problem == nullptr) message.problem = name;
    };
    std::string_view words;
    if (key == "event_type") {
        need("event_type", read_text(value, words));
        message.kind = kind_of(words);
    } else if (key == "asset_id") {
        need("asset_id", read_text(value, message.asset));
    } else if (key == "timestamp") {
        need("timestamp", read_time(value, message.time));
    } else if (key == "bids" || key == "buys") {
        need("bids", read_levels(value, bids));
        message.has_levels = true;
    } else if (key == "asks" || key == "sells") {
        need("asks", read_levels(value, asks));
        message.has_levels = true;
    } else if (key == "price_changes") {
        need("price_changes", read_changes(value));
    } else if (key == "price") {
        need("price", read_decimal(value, message.price));
    } else if (key == "size") {
        need("size", read_decimal(value, message.quantity));
    } else if (key == "side") {
        if (read_text(value, words)) message.side = side_of(words);
    } else if (key == "new_tick_size") {
        need("new_tick_size", read_decimal(value, message.tick));
    } else if (key == "market") {
        need("market", read_text(value, message.market));
    } else if (key == "winning_asset_id") {
        need("winning_asset_id", read_text(value, message.winner));
    } else if (key == "assets_ids") {
        need("assets_ids", read_assets(value));
    }
}

void MarketDecoder::State::tell(const Message& message, MarketSink& sink) {
    Kind kind = message.kind;
    if (kind == Kind::None) {  // older frames do not name their kind
        kind = !changes.empty()                                          ? Kind::Changes
               : message.has_levels                                      ? Kind::Book
               : !message.tick.is_null()                                 ? Kind::Tick
               : !message.price.is_null() && !message.quantity.is_null() ? Kind::Trade
                                                                         : Kind::Other;
    }
    if (kind == Kind::Other) return;
    const auto problem = [&](std::string_view field) {
        sink.on_problem("market stream: field \"" + std::string(field) + "\": missing or bad");
    };
    if (message.problem != nullptr) return problem(message.problem);
    const bool names_asset = kind == Kind::Book || kind == Kind::Tick || kind == Kind::Trade;
    if (names_asset && message.asset.empty()) return problem("asset_id");
    switch (kind) {
        case Kind::Book: return sink.on_book(message.asset, message.time, bids, asks);
        case Kind::Changes: return sink.on_changes(message.time, changes);
        case Kind::Tick:
            if (message.tick.is_null()) return problem("new_tick_size");
            return sink.on_tick(message.asset, message.time, message.tick);
        case Kind::Trade:
            if (message.price.is_null()) return problem("price");
            if (message.quantity.is_null()) return problem("size");
            return sink.on_trade(
                message.asset, message.time, message.side, message.price, message.quantity);
        case Kind::NewMarket: return sink.on_new_market(message.market, message.time);
        case Kind::Resolved: return sink.on_resolved(message.winner, message.time, assets);
        default: return;
    }
}

void MarketDecoder::State::read_message(ondemand::object object, MarketSink& sink) {
    bids.clear(), asks.clear(), changes.clear(), assets.clear();
    Message message;
    for (auto field : object) {
        ondemand::raw_json_string key;
        ondemand::value value;
        if (field.key().get(key) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return sink.on_problem("market stream: not JSON");
        read_field(raw_text(key.raw()), value, message);
    }
    tell(message, sink);
}

MarketDecoder::MarketDecoder() : state_(std::make_unique<State>()) {}
MarketDecoder::~MarketDecoder() = default;

void MarketDecoder::decode(std::string_view frame, MarketSink& sink) {
    const std::size_t first = frame.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (frame[first] != '{' && frame[first] != '[')) return;
    if (frame.size() > kBytesMax)
        return sink.on_problem("market stream: a frame of " + std::to_string(frame.size()) +
                               " bytes, limit " + std::to_string(kBytesMax));
    auto& text = state_->text;
    if (text.size() < frame.size() + simdjson::SIMDJSON_PADDING)
        text.resize(frame.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(text.data(), frame.data(), frame.size());
    std::memset(text.data() + frame.size(), 0, simdjson::SIMDJSON_PADDING);
    ondemand::document document;
    if (state_->parser.iterate(text.data(), frame.size(), text.size()).get(document) !=
        simdjson::SUCCESS)
        return sink.on_problem("market stream: not JSON in UTF-8");
    if (frame[first] == '{') {
        ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS)
            return sink.on_problem("market stream: not JSON, no whole object");
        return state_->read_message(object, sink);
    }
    ondemand::array array;
    if (document.get_array().get(array) != simdjson::SUCCESS)
        return sink.on_problem("market stream: not JSON, no whole array");
    for (auto item : array) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS)
            return sink.on_problem("market stream: a message that is no object");
        state_->read_message(object, sink);
    }
}

Decimal plain_decimal(std::string_view text) {
    constexpr std::size_t kDigitsMax = 18;
    constexpr auto kPowers = [] {
        std::array<std::uint64_t, kDigitsMax + 1> out{1};
        for (std::size_t i = 1; i < out.size(); ++i)
            out[i] = out[i - 1] * 10;
        return out;
    }();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    std::size_t behind = 0;
    bool has_point = false;
    if (text.size() > kDigitsMax + 1) {
        const auto slow = Decimal::parse(text, Rounding::HalfEven);
        return slow && !slow->is_negative() ? *slow : Decimal::null();
    }
    for (const char c : text) {
        if (c == '.') {
            if (has_point) return Decimal::null();
            has_point = true;
            continue;
        }
        const auto digit = static_cast<unsigned>(c - '0');
        if (digit > 9 || ++digits > kDigitsMax) return Decimal::null();
        value = value * 10 + digit;
        behind += has_point ? 1 : 0;
    }
    if (text.empty()) return Decimal{};  // the venue writes zero so
    if (digits == 0) return Decimal::null();
    return Decimal::from_raw(static_cast<Decimal::Raw>(value) * kPowers[kDigitsMax - behind]);
}

}  // namespace tradectl::polymarket
