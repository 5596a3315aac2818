/// All that the venue knows: markets, keys, orders, trades, balances, sessions, faults.
///
/// One thread at a time; `Simulator` holds a lock around every call.
#pragma once

#include "tests/venues/polymarket/book.hpp"
#include "tests/venues/polymarket/holdings.hpp"
#include "tests/venues/polymarket/json.hpp"
#include "tests/venues/polymarket/message.hpp"
#include "tests/venues/polymarket/values.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace polysim {

struct Token {
    std::string id;  ///< decimal
    std::string outcome;
    int index = 0;
    std::string condition;
    Book book;
    Micro last_price = 0;  ///< 0: never traded
    Side last_side = Side::Buy;
};

struct Market {
    std::string condition;
    std::string id;  ///< Gamma's number
    std::string question;
    std::string slug;
    std::string event_slug;
    std::vector<std::string> tags;
    std::vector<std::string> tokens;
    Micro tick = 10'000;
    Micro min_size = 5 * kOne;
    bool neg_risk = false;
    bool protocol_v2 = false;
    bool accepting = true;
    bool closed = false;
    bool order_book = true;  ///< false: Gamma knows it, the CLOB does not yet
    Micro fee_rate = 0;      ///< of notional; 30000 = 0.03
    int fee_exponent = 1;
    std::int64_t delay_s = 0;  ///< before a marketable order is matched
    std::int64_t created_s = 0;
    std::int64_t end_s = 0;
    std::int64_t closed_s = 0;
    int winner = -1;  ///< index of the outcome, -1: not resolved, -2: split
};

struct ApiKey {
    std::string id;
    std::string secret;
    std::string passphrase;
    Address address{};
    std::string nonce;
};

enum class OrderStatus { Live, Delayed, Matched, Canceled };

struct Order {
    std::string id;
    std::string owner;  ///< API key; empty: the house
    Address maker{};
    std::string token;
    Side side = Side::Buy;
    Micro price = 0;
    Micro size = 0;
    Micro matched = 0;
    Micro spent = 0;  ///< collateral over all fills, without fees
    Micro reserved = 0;
    std::string type = "GTC";
    bool post_only = false;
    std::int64_t expiration_s = 0;
    std::int64_t created_ms = 0;
    std::int64_t due_ms = 0;  ///< of a delayed order
    OrderStatus status = OrderStatus::Live;
    std::string reason;  ///< after the status text
    std::vector<std::string> trades;

    Micro left() const { return size - matched; }
    bool open() const { return status == OrderStatus::Live || status == OrderStatus::Delayed; }
};

struct MakerFill {
    std::string order;
    std::string owner;
    Address maker{};
    Micro amount = 0;
};

enum class TradeStatus { Matched, Mined, Retrying, Confirmed, Failed };

/// One taker at one price.
struct Trade {
    std::string id;
    std::string taker_order;
    std::string owner;
    Address taker{};
    std::string token;
    Side side = Side::Buy;
    Micro size = 0;
    Micro price = 0;
    Micro fee = 0;
    TradeStatus status = TradeStatus::Matched;
    std::int64_t match_ms = 0;
    std::int64_t update_ms = 0;
    std::string hash;
    std::vector<MakerFill> makers;
    std::vector<Transfer> transfers;
};

struct Heartbeat {
    std::string id;
    std::int64_t deadline_ms = 0;
};

struct Fault {
    std::string method;  ///< empty: any
    std::string path;    ///< prefix of the full path
    std::int64_t skip = 0;
    std::int64_t count = 1;  ///< -1: until removed
    Json action;
};

struct LoggedRequest {
    std::int64_t at_ms = 0;
    std::int64_t at_us = 0;  ///< by `steady_us`
    int connection = 0;
    std::string method;
    std::string path;
    std::string query;
    std::size_t body_bytes = 0;
    std::string level = "none";  ///< none, L1, L2
    bool verified = false;
    int status = 0;
    std::string reason;
    std::string fault;
};

enum class Channel { Market, User };

struct Session {
    int id = 0;
    Channel channel = Channel::Market;
    bool subscribed = false;
    bool custom = false;
    std::string api_key;
    std::set<std::string> keys;  ///< token ids, or conditions (empty: all of the account)
    bool silent = false;
    bool answers_ping = true;
    std::int64_t delay_ms = 0;
    std::int64_t drop = 0;
    std::int64_t duplicate = 0;
    std::int64_t swap = 0;  ///< next frames that change places in pairs
    std::string held;
};

/// A node as the JSON-RPC client sees it.
struct RpcNode {
    std::int64_t lag = 0;
    bool down = false;
    std::map<std::string, Json> fixed;  ///< answers by method
    std::optional<Holdings> stale;      ///< it answers from this
    std::int64_t stale_block = 0;
    std::int64_t calls = 0;
};

struct Settings {
    std::uint64_t chain_id = 137;
    int order_version = 2;
    std::int64_t clock_tolerance_s = 60;
    std::int64_t page_size = 100;
    std::int64_t security_s = 60;  ///< a GTD order ends this long before its expiration
    std::int64_t heartbeat_ms = 10'000;
    Micro marketable_min = kOne;
    bool auto_settle = true;
    std::int64_t mined_ms = 500;
    std::int64_t confirmed_ms = 1'000;
    bool hashes_in_answers = false;
    bool closed_order_is_404 = false;
    bool book_after_trade = true;
    bool data_v1 = true;          ///< the older routes of the data API
    bool amount_buys = false;     ///< a FOK or FAK buy spends its amount, however much that brings
    bool revert = false;          ///< every transaction is mined, and reverts
    std::string mode = "normal";  ///< normal, disabled, cancel-only, post-only
    std::int64_t restart_until_ms = 0;
};

class World {
  public:
    explicit World(std::uint64_t seed) : random{seed} {}

    std::int64_t now_ms() const;
    std::string uuid();
    std::string random_hex(std::size_t bytes);
    Market* market_of(const std::string& token);
    Token* token(const std::string& id);

    Settings settings;
    std::int64_t skew_ms = 0;
    std::optional<std::int64_t> frozen_ms;
    std::mt19937_64 random;
    std::map<std::string, Market> markets;  ///< by condition
    std::map<std::string, Token> tokens;
    std::map<std::string, ApiKey> keys;
    std::map<std::string, Order> orders;
    std::set<std::string> timed;  ///< open orders that expire or wait
    std::vector<Trade> trades;
    std::map<std::string, std::size_t> trade_index;
    std::set<std::size_t> settling;  ///< trades that are not final
    std::map<std::string, Heartbeat> heartbeats;
    std::map<Address, Address> deposit_owners;  ///< wallet -> EOA
    std::map<std::string, std::string> bans;    ///< address text -> error text
    Holdings holdings;
    std::int64_t block = 1'000;
    std::map<std::string, Json> receipts;
    std::map<Address, std::uint64_t> nonces;
    std::map<std::string, RpcNode> nodes;
    std::map<std::string, Json> wallets;           ///< rows of the data API by "kind/user"
    std::vector<std::string> tags;                 ///< a tag's id is its place, from 1
    std::map<std::string, std::string> event_ids;  ///< by slug
    std::vector<Fault> faults;
    std::vector<LoggedRequest> log;
    std::map<std::string, std::int64_t> connections;
    std::map<int, Session> sessions;
    std::deque<Push> pushes;
    int next_id = 1;
};

}  // namespace polysim
