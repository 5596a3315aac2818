#include "tests/plugins/polymarket/decode_all.hpp"

#include "plugins/exchanges/polymarket/data_messages.hpp"
#include "plugins/exchanges/polymarket/followed_wallet.hpp"
#include "plugins/exchanges/polymarket/gamma.hpp"
#include "plugins/exchanges/polymarket/market_messages.hpp"
#include "plugins/exchanges/polymarket/rest_messages.hpp"
#include "plugins/exchanges/polymarket/rpc.hpp"
#include "plugins/exchanges/polymarket/user_messages.hpp"

namespace tradectl::polymarket {

namespace {

class Silence final : public MarketSink {
  public:
    void on_book(std::string_view,
                 Timestamp,
                 std::span<const PriceLevel>,
                 std::span<const PriceLevel>) override {}
    void on_changes(Timestamp, std::span<const LevelChange>) override {}
    void on_trade(std::string_view, Timestamp, Side, Decimal, Decimal) override {}
    void on_tick(std::string_view, Timestamp, Decimal) override {}
    void on_new_market(std::string_view, Timestamp) override {}
    void on_resolved(std::string_view, Timestamp, std::span<const std::string_view>) override {}
    void on_problem(std::string_view) override {}
};

template <typename Result>
void use(const Result& result) {
    // The error has to be there to be read.
    if (!result) static_cast<void>(result.error().message.size());
}

}  // namespace

void decode_streams(std::string_view text) {
    JsonDocument document;
    static_cast<void>(decode_user_frame(document, text));
    Silence silence;
    MarketDecoder decoder;
    decoder.decode(text, silence);
}

void decode_rest(std::string_view text) {
    JsonDocument document;
    JsonDocument inner;
    static_cast<void>(error_text(document, text));
    const auto json = document.parse(text);
    use(json);
    if (!json) return;
    const auto row = [&](const JsonView& each) -> Status {
        use(decode_order(each));
        use(decode_trade(each));
        use(decode_position(each));
        if (const auto activity = decode_activity(each)) {
            ActivityNames names;
            static_cast<void>(names.name(*activity));
            FollowedWallet wallet(activity->time, {.overlap_ns = kNsPerMinute});
            static_cast<void>(wallet.take({*activity, *activity}, activity->time));
        }
        if (const auto market = decode_gamma_market(each, inner)) {
            static_cast<void>(market->status());
            for (const GammaOutcome& outcome : market->outcomes) {
                static_cast<void>(instrument_name(*market, outcome, "pm"));
                static_cast<void>(outcome_asset(outcome.token_id));
            }
        }
        return {};
    };
    static_cast<void>(row(*json));
    use(decode_page(*json, row));
    use(decode_data_page(*json, row));
    use(decode_post(*json));
    use(decode_cancel(*json));
    use(decode_book(*json));
    use(decode_clob_market(*json));
    use(decode_balance(*json));
    use(json->as_integer());
    use(json->as_time());
}

void decode_chain(std::string_view text) {
    JsonDocument document;
    const auto json = document.parse(text);
    if (json) use(decode_rpc_text(*json, 1));
    use(decode_word(text));
    use(decode_words(text));
    static_cast<void>(rpc_fault(text));
    static_cast<void>(parse_decimal_word(text));
    static_cast<void>(parse_quantity(text));
}

void decode_all(std::string_view text) {
    decode_streams(text);
    decode_rest(text);
    decode_chain(text);
}

}  // namespace tradectl::polymarket
