/// The Polymarket exchange as a plugin: a translator, without I/O of its own.
/// See tradectl-polymarket(7).
#pragma once

#include "allowances.hpp"
#include "calls.hpp"
#include "chain_cache.hpp"
#include "data_messages.hpp"
#include "feed.hpp"
#include "followed_wallet.hpp"
#include "gamma.hpp"
#include "hot_merge.hpp"
#include "json.hpp"
#include "markets.hpp"
#include "own_orders.hpp"
#include "receipt.hpp"
#include "rest_messages.hpp"
#include "rpc.hpp"
#include "settings.hpp"
#include "streams.hpp"
#include "venue_errors.hpp"

#include <tradectl/exchange.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tradectl::polymarket {

class Polymarket final : public Exchange {
  public:
    Settings settings;

    Status on_configure() override;
    Status on_start() override;
    Status on_stop() override;

    Status connect(RequestId id) override;
    Status disconnect(RequestId id) override;
    Status load_instruments(RequestId id) override;
    Status discover(RequestId id, const Discover& request) override;
    Status subscribe(RequestId id, std::span<const Subscription> items) override;
    Status prepare(RequestId id, const Operation& operation) override;
    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature> signatures) override;
    Status submit_prepared_end() override;
    void discard_prepared(RequestId prepare_id) override;
    Status quote(RequestId id, const QuoteRequest& request) override;
    Status query_order(RequestId id, const OrderQuery& query) override;
    Status open_orders(RequestId id, const Scope& scope) override;
    Status fills_since(RequestId id, const Scope& scope) override;
    Status positions(RequestId id, const Scope& scope) override;
    Status balances(RequestId id, const Scope& scope) override;
    Status activity(RequestId id, const Scope& scope) override;
    Status server_time(RequestId id) override;
    Status on_timer(std::uint64_t timer_id, Timestamp due) override;
    Status on_ws(const WsEvent& event) override;

  private:
    /// Without one it reads markets and other wallets: no API key, no orders, nothing to sign.
    [[nodiscard]] bool has_wallet() const { return !settings.wallet.address->empty(); }
    /// Unsupported, with the setting's name, for a request that is about our own wallet.
    [[nodiscard]] Status need_wallet(std::string_view request);
    [[nodiscard]] Status check_wallet(std::string_view request, std::string_view address);

    // Calls (calls.cpp). A task that is awaited where it is made borrows its arguments, and these
    // have names: gcc 12 copies the temporaries of a co_await bit by bit, and destroys both.
    using Headers = std::vector<std::pair<std::string, std::string>>;
    using RowVisit = std::function<Status(JsonView)>;
    Task<Expected<Answer>> call_public(const Call& call);
    /// Signed with the API key (L2).
    Task<Expected<Answer>> call_private(const Call& call);
    Task<Expected<Answer>> send(const Call& call, const Headers& given);
    /// A read that must succeed: anything but 2xx is an error with the venue's words.
    Task<Expected<std::string>> read_public(const Call& call);
    Task<Expected<std::string>> read_private(const Call& call);
    [[nodiscard]] Error read_error(const Call& call, const Answer& answer);
    [[nodiscard]] std::string clob_url(std::string_view target) const;
    [[nodiscard]] Timestamp venue_now() const { return now().plus_ns(clock_offset_ns_); }

    // Session (session.cpp).
    Task<Status> open_session(RequestId id);
    Task<Status> read_version();
    Task<Status> log_in();
    Task<Expected<std::string>> request_api_key(std::string_view method, std::string_view path);
    Task<Status> open_account();
    void open_user_stream();
    void on_user_event(const WsEvent& event);
    void on_user_frame(std::string_view text);
    void reopen_user_stream();
    void drop_silent_user_stream();
    void watch_streams();
    /// Of a market stream each instrument is named, of the user stream none.
    void tell_status(std::uint32_t status,
                     std::string_view text,
                     tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE);
    void set_timer_in(std::uint64_t timer_id, std::int64_t ns);

    // The venue's clock (clock.cpp).
    Task<Status> read_clock();
    Task<Status> keep_clock();
    void take_clock(std::int64_t offset_ns);
    [[nodiscard]] bool is_clock_bad() const;
    [[nodiscard]] std::string clock_words() const;

    // Whether an order may leave (admission.cpp).
    enum class Look { AsTold, Anew };
    [[nodiscard]] bool is_old(const Market& market) const;
    Task<Expected<Market>> market_of(tradectl_instrument_handle instrument);
    void prepare_later(RequestId id, const tradectl_operation& record);
    Task<Status> prepare_waiting(tradectl_instrument_handle instrument);
    void prepare_at(RequestId id, const tradectl_operation& record, const Market& market);
    Status check_clock(const Operation& operation) const;
    [[nodiscard]] bool lacks_allowance(const Order& order) const;
    Task<Status> prove_allowance(RequestId id, PreparedStep step, Market market);
    Task<Status> read_allowances(Given given, const std::string& token, Look look);
    Task<Status> reread_allowances(Given given, std::string token);
    void keep_allowances(Given given, const BalanceAllowance& told);

    // Orders (trading.cpp).
    Expected<PreparedStep> build_order(const Operation& operation, const Market& market);
    Expected<Amounts> amounts_of(const Operation& operation, const TickRules& rules) const;
    Expected<Decimal> worst_price(const Operation& operation) const;
    Status set_terms(const Operation& operation, Order& order) const;
    void complete_order_step(RequestId id, PreparedStep step, const Market& market);
    Status prepare_cancel(RequestId id, const Operation& operation);
    Status prepare_cancel_all(RequestId id, const Operation& operation);
    [[nodiscard]] int version_for(std::string_view token_id) const;
    [[nodiscard]] const NamedAddress& exchange_for(int version, bool neg_risk) const;

    // Posts (posting.cpp).
    Task<Status> post_orders(std::vector<Outgoing> items);
    void take_post_answer(const Outgoing& item, const PostAnswer& answer);
    void refuse_posts(std::span<const Outgoing> items, const Answer& answer);
    void refuse_post(const Outgoing& item, const Refused& refused, const std::string& text);
    Task<Status> post_cancels(std::vector<Outgoing> items);
    Task<Status> post_cancel_all(Outgoing item, std::string path);
    void take_cancel_answer(std::span<const Outgoing> items, const CancelAnswer& answer);
    void suspect_allowance(const OwnOrder& order);
    Task<Status> refuse_version(Outgoing item, std::string text);

    // Reading our state (sync.cpp).
    void sync_soon();
    Task<Status> sync();
    Task<Status> read_pages(const std::string& target, const RowVisit& visit);
    Task<Status> read_open_orders(std::set<std::string>& listed);
    Task<Status> read_trades();
    Task<Status> check_missing(Timestamp listed_at, const std::set<std::string>& listed);
    Task<Status> sync_steps();
    void forget_settled();
    [[nodiscard]] Timestamp trades_since() const;
    void take_order(const VenueOrder& order);
    [[nodiscard]] std::optional<tradectl_instrument_handle> without_fee(const VenueTrade& trade);
    void take_trade(VenueTrade trade);
    void tell_trade(const VenueTrade& trade);
    Task<Status> tell_held();
    Task<Status> tell_heard();
    void tell_closed();
    void keep_ends();
    void tell_fill(const FillNews& fill);
    void plan_poll();
    void remember(std::string_view order_id, const OwnOrder& order);
    void recall_orders();
    [[nodiscard]] Decimal fee_of(const FillNews& fill, tradectl_instrument_handle instrument);

    // Answers (queries.cpp).
    Task<Status> answer_open_orders(RequestId id, tradectl_account_handle account);
    Task<Status> answer_order(RequestId id,
                              std::string order_id,
                              std::string client_order_id,
                              tradectl_instrument_handle instrument);
    Task<Status> answer_ended_order(RequestId id,
                                    const std::string& order_id,
                                    const std::string& client_order_id,
                                    tradectl_instrument_handle instrument);
    void learn_order(std::string_view order_id,
                     const VenueOrder& told,
                     std::string_view client_order_id,
                     tradectl_instrument_handle instrument);
    Task<Status> answer_fills(RequestId id, Timestamp since);
    Task<Status> answer_time(RequestId id);
    [[nodiscard]] tradectl_order_report report_of(const VenueOrder& order);
    [[nodiscard]] std::vector<tradectl_fill_report> reports_of(const VenueTrade& trade);

    // Markets (market_reads.cpp).
    Task<Expected<Market>> read_market(tradectl_instrument_handle instrument);
    Task<Status> refresh_market(tradectl_instrument_handle instrument);
    Task<Status> keep_fees(tradectl_instrument_handle instrument, std::string condition);
    Task<Status> read_fees(tradectl_instrument_handle instrument, const std::string& condition);
    Task<Status> learn_fee(tradectl_instrument_handle instrument, const std::string& condition);
    [[nodiscard]] std::optional<tradectl_instrument_handle> instrument_of(std::string_view token);

    // How news arrive, and whose account it is (flows.cpp).
    enum class Tell { Changes, All };
    void tell_json(std::string_view name, std::string_view json);
    void tell_flows(Tell tell = Tell::Changes);
    [[nodiscard]] FlowState market_flow(Timestamp& heard) const;
    [[nodiscard]] FlowState orders_flow(Timestamp& heard) const;
    void tell_account();
    [[nodiscard]] std::array<std::string, 2> first_tokens();
    Task<Status> read_approvals();

    // Market streams (market_streams.cpp).
    [[nodiscard]] std::size_t hot_streams() const {
        return static_cast<std::size_t>(*settings.trading.hot_streams);
    }
    void add_asset_to(std::size_t index, const std::string& token);
    [[nodiscard]] bool has_live_twin(std::size_t index) const;
    void add_asset(const std::string& token);
    void remove_asset(const std::string& token);
    void open_market_stream(std::size_t index);
    void reopen_market_stream(std::size_t index);
    void drop_silent_stream(std::size_t index);
    void lose_market_stream(std::size_t index, std::uint32_t status, std::string_view text);
    void send_market(std::size_t index, std::string_view frame);
    void on_market_event(std::size_t index, const WsEvent& event);
    void watch_market_streams();
    void drop_resolved(std::size_t index);
    [[nodiscard]] bool waits_for_book(tradectl_instrument_handle instrument);
    Task<Status> read_lost_book(tradectl_instrument_handle instrument);
    Task<Status> read_book(tradectl_instrument_handle instrument);
    [[nodiscard]] std::int64_t jittered(std::int64_t wait_ns);
    Task<Status> beat();
    void on_heartbeat_timer();

    // Lists of markets (gamma_reads.cpp).
    using MarketVisit = std::function<bool(const GammaMarket&)>;  ///< whether to go on
    using OutcomeVisit = std::function<void(const GammaMarket&, const GammaOutcome&)>;
    std::optional<GammaMarket> gamma_market(const JsonView& row);
    Task<Status> read_markets(const std::vector<std::string>& tokens, const OutcomeVisit& visit);
    Task<Expected<bool>> read_listing(const std::string& tag, const MarketVisit& visit);
    Task<Expected<bool>> read_tagged(const std::string& category,
                                     const std::string& tag,
                                     const MarketVisit& visit);
    Task<Expected<std::string>> tag_id(const std::string& name);

    // Markets as instruments (discovery.cpp).
    Task<Status> answer_load(RequestId id);
    Task<Status> answer_discover(RequestId id,
                                 std::string category,
                                 std::string tag,
                                 std::uint32_t limit);
    [[nodiscard]] tradectl_instrument instrument_record(const GammaMarket& market,
                                                        const GammaOutcome& outcome);
    void keep_market(const GammaMarket& market, const GammaOutcome& outcome);
    Expected<tradectl_instrument_handle> list_outcome(const GammaMarket& market,
                                                      const GammaOutcome& outcome);
    [[nodiscard]] tradectl_id free_name(const GammaMarket& market, const GammaOutcome& outcome);
    void leave_out(const std::string& token, std::int64_t ns);
    [[nodiscard]] bool is_due(const std::string& token) const;
    Task<Status> list_tokens(const std::vector<std::string>& tokens);
    Task<Status> discover_markets();
    Task<Status> keep_discovering();
    void discover_soon();

    // What becomes of markets (lifecycle.cpp).
    [[nodiscard]] std::uint32_t market_status(const GammaMarket& market) const;
    [[nodiscard]] std::uint32_t told_status(const Instrument& instrument) const;
    void tell_market_status(const tradectl_instrument& record, Decimal pays);
    void end_book(tradectl_instrument_handle instrument);
    void review(const GammaMarket& market, const GammaOutcome& outcome);
    void miss_market(const std::string& token);
    Task<Status> review_markets();
    Task<Status> keep_reviewing();
    void review_soon();
    void note(const std::string& key, const std::string& text);

    // Followed wallets (following.cpp).
    void follow(const Subscription& item);
    void start_following();
    Task<Status> keep_following(std::string wallet, std::uint64_t turn);
    [[nodiscard]] Following* following(const std::string& wallet, std::uint64_t turn);
    Task<Expected<std::size_t>> poll_wallet(const std::string& wallet, std::uint64_t turn);
    std::int64_t wait_after(Following& wallet, const Expected<std::size_t>& told);
    void keep_floor(const std::string& wallet, Following& following);

    // Wallets (wallets.cpp).
    Task<Status> answer_positions(RequestId id, std::string wallet);
    Task<Status> answer_balances(RequestId id, std::string wallet);
    Task<Status> answer_activity(RequestId id,
                                 std::string wallet,
                                 Timestamp since,
                                 std::uint32_t limit);
    Task<Status> read_data_pages(std::string_view path,
                                 const std::string& query,
                                 const RowVisit& visit);
    Task<Expected<std::vector<ActivityRow>>> read_activity(const std::string& wallet,
                                                           Timestamp since,
                                                           std::size_t& malformed);
    Task<Status> read_activity_by_time(const std::string& wallet,
                                       std::int64_t since,
                                       const RowVisit& visit);
    void tell_activity(const ActivityRow& row,
                       std::string_view name,
                       std::string_view wallet,
                       std::uint16_t flags);
    Task<Status> read_venue_balances(std::vector<tradectl_balance_report>& out);

    // The chain (chain.cpp).
    Task<Expected<std::string>> rpc(std::string_view method, const std::string& params);
    Task<Expected<std::string>> rpc_at(const std::string& url,
                                       std::string_view method,
                                       const std::string& params);
    Task<Status> check_chain(const std::string& url);
    Task<Expected<Word>> contract_word(const std::string& where, const std::string& data);
    Task<Expected<ChainBalances>> read_chain(const NamedAddress& owner);

    // Transactions (transactions.cpp), what became of them, and what they are for (redemption.cpp).
    Task<Status> answer_quote(RequestId id, tradectl_instrument_handle instrument);
    Task<Expected<Payouts>> read_payouts(const Market& market);
    Task<Status> answer_transaction(RequestId id, std::string identity, std::string hash);
    Task<Expected<bool>> is_gone(std::uint64_t nonce, std::string hash);
    Task<Expected<TransactionRows>> rows_of(const std::string& hash, const Receipt& receipt);
    Task<Expected<ContractCall>> contract_call(tradectl_operation record);
    Task<Expected<Market>> ended_market(tradectl_instrument_handle instrument);
    Task<Expected<ContractCall>> redeem_call(tradectl_operation record);
    Task<Expected<std::uint64_t>> rpc_quantity(std::string_view method, const std::string& params);
    Task<Expected<GasPrice>> gas_price(std::uint64_t gas_limit);
    Task<Status> prepare_transaction(RequestId id, tradectl_operation record);
    Task<Status> post_transaction(RequestId id, OpId op, std::uint64_t nonce, std::string raw);
    void give_back(std::uint64_t nonce);
    [[nodiscard]] const NamedAddress& contract(std::string_view name) const {
        return contracts_.find(name)->second;
    }

    // Our identity.
    NamedAddress signer_;
    NamedAddress maker_;
    std::map<std::string, NamedAddress, std::less<>> contracts_;
    std::optional<OrderHasher> hasher_;
    std::string api_key_;
    // The venue's clock and version.
    std::int64_t clock_offset_ns_ = 0;
    int version_ = 2;
    std::map<std::string, int, std::less<>> versions_by_token_;
    Timestamp blocked_until_ = Timestamp::none();  ///< the venue asked us to wait
    std::int64_t block_ns_ = 0;
    // The user stream.
    bool is_connected_ = false;
    bool user_kept_ = false;  ///< by the host, which connects it again when it breaks
    bool user_up_ = false;
    bool user_was_silent_ = false;
    Timestamp synced_ = Timestamp::none();  ///< the last whole read, by our clock
    Timestamp user_heard_ = Timestamp::none();
    std::int64_t reconnect_ns_ = 0;
    bool is_syncing_ = false;
    bool sync_again_ = false;
    bool tell_resynced_ = false;
    Timestamp trades_read_ = Timestamp::none();
    std::vector<MarketStream> market_streams_;  ///< with two hot ones: each beside its twin
    FlowState market_flow_;                     ///< as told
    FlowState orders_flow_;
    std::set<tradectl_instrument_handle> lost_books_;  ///< that are being asked for
    MarketDecoder decoder_;
    std::optional<MarketFeed> feed_;
    std::optional<HotMerge> merge_;           ///< of two hot streams
    std::map<std::string, Timestamp> notes_;  ///< when each was written last
    std::map<std::string, std::string> tag_ids_;
    std::map<std::string, Timestamp> unlisted_;  ///< tokens that are left out, and until when
    bool is_discovering_ = false;
    bool is_discovery_full_ = false;  ///< it was said
    bool discovers_soon_ = false;
    bool is_reviewing_ = false;
    std::map<std::string, Following> followed_;  ///< by address, as it was given
    std::uint64_t next_turn_ = 1;
    std::array<Timestamp, kBucketCount> quiet_until_{};  ///< as the venue asked
    std::string heartbeat_id_;
    ChainCache chain_cache_;
    Allowances allowances_;
    Timestamp approvals_read_ = Timestamp::none();
    ChainIds chains_;
    std::uint64_t next_rpc_id_ = 1;
    std::uint64_t next_nonce_ = 0;
    OwnOrders own_;
    std::deque<VenueTrade> held_;  ///< until the fee of their market is known
    Markets markets_;
    JsonDocument document_;        ///< of the answer that is being read
    JsonDocument inner_document_;  ///< of a text inside of it
    std::unordered_map<std::uint64_t, PreparedStep> prepared_;
    std::map<tradectl_instrument_handle, std::vector<WaitingOrder>> waiting_orders_;
    std::set<tradectl_instrument_handle> refreshing_;
    std::vector<Outgoing> posts_;
    std::vector<Outgoing> cancels_;
    std::uint64_t foreign_fills_ = 0;
    tradectl_account_handle account_ = 0;
};

}  // namespace tradectl::polymarket
