#include <tradectl/exchange.hpp>
#include <tradectl/exchange_run.hpp>

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// A venue of a few requests, each in the style that a test wants to see.
class Venue : public Exchange {
  public:
    struct Settings {
        TextSetting url{"url", {.fallback = "https://venue.test"}, "where the venue is"};
    };
    Settings settings;
    std::string seen;
    static inline Venue* last = nullptr;
    Venue() { last = this; }

    Status connect(RequestId id) override {
        run(id, log_in(id));
        return {};
    }
    Status prepare(RequestId id, const Operation& operation) override {
        if (operation.client_order_id() == "throw") throw std::runtime_error("cannot encode");
        if (operation.client_order_id().empty())
            return fail(ErrorCode::InvalidArgument, "no client order id");
        const tradectl_sign_request sign[] = {
            sign_request(SignKind::HmacSha256, "key", as_bytes("to sign"))};
        host().complete_prepared(id,
                                 {.identity = operation.client_order_id(),
                                  .identity_class = IdentityClass::DuplicateRejected,
                                  .fence = Fence::Time,
                                  .fence_value = operation.intent_time().ns() + 5,
                                  .request = as_bytes("request"),
                                  .rebuild = as_bytes("rebuild"),
                                  .sign = std::span(sign, operation.is_post_only() ? 1U : 0U)});
        return {};
    }
    Status submit_prepared(RequestId id,
                           RequestId prepare_id,
                           std::span<const tradectl_signature> signatures) override {
        seen += "submit " + std::to_string(prepare_id.value) + " with " +
                std::to_string(signatures.size()) + "; ";
        if (!signatures.empty()) seen += std::string(as_text(view(signatures[0].bytes))) + "; ";
        host().complete_submitted(id, "V-1");
        return {};
    }
    Status submit_prepared_end() override {
        seen += "end; ";
        return {};
    }
    Status open_orders(RequestId id, const Scope& scope) override {
        tradectl_order_report report{};
        report.client_order_id = to_id("c-1");
        const tradectl_order_report items[] = {report};
        host().complete_orders(
            id,
            items,
            {.completeness = Completeness::Complete, .as_of = now(), .cursor = scope.cursor()});
        return {};
    }
    Status query_order(RequestId id, const OrderQuery& query) override {
        run(id, ask(id, std::string(query.client_order_id())));
        return {};
    }
    Status server_time(RequestId id) override {
        host().complete_server_time(id, now());
        host().complete_server_time(id, now());  // a mistake that the host refuses
        return {};
    }
    Status balances(RequestId id, const Scope&) override {
        run(id, signed_query(id));
        return {};
    }
    Status positions(RequestId id, const Scope&) override {
        run(id, nested(id));
        return {};
    }
    Status on_timer(std::uint64_t id, Timestamp) override {
        seen += "timer " + std::to_string(id) + "; ";
        return {};
    }
    Status on_http(const HttpResponse& response) override {
        seen += "http " + std::to_string(response.http_id()) + " " + std::string(response.text());
        return {};
    }
    Status on_ws(const WsEvent& event) override {
        seen += "ws " + std::string(as_text(event.payload())) + "; ";
        auto trade = make_event<tradectl_trade_event>();
        trade.price = (7_d).to_abi();
        return host().publish(trade);
    }

    using Exchange::host;

  private:
    /// Two requests with a pause between them.
    Task<Status> log_in(RequestId id) {
        const std::string url(settings.url->view());
        const auto first = co_await http({.url = url + "/time"});
        if (!first) co_return fail(first.error());
        seen += std::string(HttpResponse{**first}.text()) + "; ";
        if (const auto waited = co_await sleep(100); !waited) co_return fail(waited.error());
        const auto second = co_await http({.method = "POST", .url = url + "/login"});
        if (!second) co_return fail(second.error());
        if (HttpResponse{**second}.http_status() != 200)
            co_return fail(ErrorCode::Authentication, "login refused");
        host().complete_ok(id);
        co_return Status{};
    }
    Task<Status> ask(RequestId id, std::string client_order_id) {
        const auto answer = co_await http({.url = "https://venue.test/" + client_order_id});
        if (!answer) co_return fail(answer.error());
        if (HttpResponse{**answer}.http_status() == 404)
            host().complete_failed(id,
                                   {.code = ErrorCode::NotFound,
                                    .coverage = {.completeness = Completeness::Complete}});
        else
            throw std::runtime_error("unexpected answer for " + client_order_id);
        co_return Status{};
    }
    Task<Status> signed_query(RequestId id) {
        const auto mac =
            co_await signature(sign_request(SignKind::HmacSha256, "key", as_bytes("query")));
        if (!mac) co_return fail(mac.error());
        seen += "mac " + std::string(as_text(view((*mac)->bytes))) + "; ";
        host().complete_ok(id);
        co_return Status{};
    }
    Task<int> half() {
        const auto waited = co_await sleep(10);
        co_return waited ? 21 : 0;
    }
    Task<void> nothing() { co_return; }
    Task<Status> nested(RequestId id) {
        const int first = co_await half();
        const int second = co_await half();
        co_await nothing();
        seen += std::to_string(first + second) + "; ";
        host().complete_ok(id);
        co_return Status{};
    }
};

class ExchangeTest : public testing::Test {
  protected:
    tradectl_operation operation(std::string_view client_order_id, std::uint32_t flags = 0) {
        tradectl_operation out{};
        out.struct_size = sizeof out;
        out.kind = TRADECTL_OPERATION_ORDER;
        out.intent_time = 1000;
        out.order_flags = flags;
        out.client_order_id = to_id(client_order_id);
        return out;
    }
    const FakeCompletion& completion(std::uint64_t id) {
        static const FakeCompletion kNone{.status = 1};
        const FakeCompletion* found = host.completion(id);
        return found != nullptr ? *found : kNone;
    }
    std::string& seen() { return Venue::last->seen; }

    FakeHost base;
    FakeExchangeHost host{base};
    ExchangeRun run{host, kExchangeApi<Venue>};
};

TEST_F(ExchangeTest, WhatIsNotOfferedIsUnsupportedAndNeverCompletes) {
    tradectl_quote_request quote{};
    EXPECT_EQ(run.api().quote(run.self(), 1, &quote), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(run.api().disconnect(run.self(), 2), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(run.api().load_instruments(run.self(), 3), TRADECTL_UNSUPPORTED);
    const tradectl_discover discover{};
    EXPECT_EQ(run.api().discover(run.self(), 4, &discover), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(run.api().subscribe(run.self(), 5, nullptr, 0, 0), TRADECTL_UNSUPPORTED);
    const tradectl_scope scope{};
    EXPECT_EQ(run.api().fills_since(run.self(), 6, &scope), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(run.api().activity(run.self(), 7, &scope), TRADECTL_UNSUPPORTED);
    EXPECT_TRUE(host.completions.empty());
    EXPECT_TRUE(base.log_lines().empty());
}

TEST_F(ExchangeTest, TakesMarketDataOnlyWhenItOverridesIt) {
    struct Taker : Exchange {
        Status on_market_data(const std::uint8_t*, std::uint64_t, std::uint32_t) override {
            return {};
        }
    };
    EXPECT_EQ(kExchangeApi<Venue>.on_market_data, nullptr);
    EXPECT_NE(kExchangeApi<Taker>.on_market_data, nullptr);
}

TEST_F(ExchangeTest, ATaskResumesByHttpAndTimer) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    ASSERT_EQ(host.http.size(), 1U);
    EXPECT_EQ(host.http[0].url, "https://venue.test/time");
    EXPECT_EQ(run.answer_http(host.http[0].http_id, 200, "12:00"), TRADECTL_OK);
    EXPECT_EQ(seen(), "12:00; ");
    EXPECT_EQ(host.http.size(), 1U);
    run.advance(100);
    ASSERT_EQ(host.http.size(), 2U);
    EXPECT_EQ(host.http[1].method, "POST");
    EXPECT_TRUE(host.completions.empty());
    run.answer_http(host.http[1].http_id, 200, "");
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
    EXPECT_EQ(Venue::last->tasks().running(), 0U);
}

TEST_F(ExchangeTest, ATasksErrorCompletesItsRequest) {
    run.api().connect(run.self(), 1);
    run.answer_http(host.http[0].http_id, 200, "");
    run.advance(100);
    run.answer_http(host.http[1].http_id, 403, "");
    EXPECT_EQ(completion(1).status, TRADECTL_AUTHENTICATION);
    EXPECT_EQ(completion(1).text, "login refused");
}

TEST_F(ExchangeTest, ATasksExceptionCompletesItsRequest) {
    tradectl_order_query query{};
    query.client_order_id = to_str("c-9");
    run.api().query_order(run.self(), 1, &query);
    EXPECT_EQ(run.answer_http(host.http[0].http_id, 500, ""), TRADECTL_OK);
    EXPECT_EQ(completion(1).status, TRADECTL_INTERNAL);
    EXPECT_EQ(completion(1).text, "exception in a task: unexpected answer for c-9");
    EXPECT_EQ(Venue::last->tasks().running(), 0U);
}

TEST_F(ExchangeTest, ATaskSeesTheHostsRefusalToSend) {
    host.http_answer = TRADECTL_DENIED;
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    EXPECT_EQ(completion(1).status, TRADECTL_DENIED);
}

TEST_F(ExchangeTest, ManyTasksWaitSideBySide) {
    tradectl_order_query query{};
    query.client_order_id = to_str("c");
    for (std::uint64_t id = 1; id <= 20; ++id)
        run.api().query_order(run.self(), id, &query);
    for (std::size_t i = 20; i > 0; --i)
        run.answer_http(host.http[i - 1].http_id, 404, "");
    ASSERT_EQ(host.completions.size(), 20U);
    EXPECT_EQ(host.completions[0].request_id, 20U);
    EXPECT_EQ(host.completions[0].status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(host.completions[0].completeness, Completeness::Complete);
}

TEST_F(ExchangeTest, TasksNest) {
    const tradectl_scope scope{};
    run.api().positions(run.self(), 1, &scope);
    run.advance(10);
    EXPECT_TRUE(host.completions.empty());
    run.advance(10);
    EXPECT_EQ(seen(), "42; ");
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
}

TEST_F(ExchangeTest, ATaskWaitsForASignature) {
    const tradectl_scope scope{};
    run.api().balances(run.self(), 1, &scope);
    ASSERT_EQ(host.sign_requests.size(), 1U);
    EXPECT_EQ(host.sign_requests[0].payload, "query");
    run.answer_signed(host.sign_requests[0].sign_id, "abc");
    EXPECT_EQ(seen(), "mac abc; ");
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
}

TEST_F(ExchangeTest, DropsAnAnswerThatNobodyWaitsFor) {
    EXPECT_EQ(run.answer_http(kTaskIdFirst + 99, 200, "late"), TRADECTL_OK);
    EXPECT_EQ(seen(), "");
}

TEST_F(ExchangeTest, DestroysTasksThatStillWait) {
    FakeHost other_base;
    FakeExchangeHost other(other_base);
    ExchangeRun short_lived(other, kExchangeApi<Venue>);
    short_lived.api().connect(short_lived.self(), 1);
    EXPECT_EQ(Venue::last->tasks().running(), 1U);  // the sanitizers look at what becomes of it
}

TEST_F(ExchangeTest, ItsOwnTimersAndRequestsComeToItsHandlers) {
    EXPECT_TRUE(Venue::last->host().set_timer(5, base.now().plus_ns(10)));
    EXPECT_TRUE(Venue::last->host().http_send(6, {.url = "https://venue.test/x"}));
    run.advance(10);
    run.answer_http(6, 200, "body");
    EXPECT_EQ(seen(), "timer 5; http 6 body");
}

TEST_F(ExchangeTest, PreparesWithIdentityAndFence) {
    EXPECT_EQ(run.prepare(10, operation("c-1")), TRADECTL_OK);
    EXPECT_EQ(completion(10).identity, "c-1");
    EXPECT_EQ(completion(10).identity_class, TRADECTL_CLASS_B_DUPLICATE_REJECTED);
    EXPECT_EQ(completion(10).fence, TRADECTL_FENCE_TIME);
    EXPECT_EQ(completion(10).fence_value, 1005);
    EXPECT_EQ(completion(10).request, "request");
    EXPECT_EQ(completion(10).rebuild, "rebuild");
}

TEST_F(ExchangeTest, OneBadOperationOfABatchFailsAlone) {
    const tradectl_operation batch[] = {
        operation("a"), operation(""), operation("throw"), operation("b")};
    EXPECT_EQ(run.api().prepare(run.self(), 20, batch, 4, sizeof batch[0]), TRADECTL_OK);
    EXPECT_EQ(completion(20).status, TRADECTL_OK);
    EXPECT_EQ(completion(21).status, TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(completion(21).text, "prepare: no client order id");
    EXPECT_EQ(completion(22).status, TRADECTL_INTERNAL);
    EXPECT_EQ(completion(22).text, "prepare: cannot encode");
    EXPECT_EQ(completion(23).identity, "b");
}

TEST_F(ExchangeTest, HandsAsManySignaturesAsWereAskedFor) {
    run.prepare(10, operation("plain"));
    run.prepare(11, operation("signed", TRADECTL_ORDER_POST_ONLY));
    EXPECT_EQ(completion(11).sign_count, 1U);
    const tradectl_signature signature{sizeof signature, TRADECTL_OK, to_bytes(as_bytes("mac"))};
    const std::uint64_t prepared[] = {10, 11};
    const tradectl_signature* signatures[] = {nullptr, &signature};
    EXPECT_EQ(run.api().submit_prepared(run.self(), 30, prepared, signatures, 2), TRADECTL_OK);
    EXPECT_EQ(seen(), "submit 10 with 0; submit 11 with 1; mac; end; ");
    EXPECT_EQ(completion(31).venue_order_id, "V-1");
}

TEST_F(ExchangeTest, RefusesToSubmitWithoutItsSignatures) {
    run.prepare(11, operation("signed", TRADECTL_ORDER_POST_ONLY));
    run.submit(30, 11);
    EXPECT_EQ(completion(30).status, TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(seen(), "end; ");
}

TEST_F(ExchangeTest, ForgetsTheSignaturesOfWhatIsDiscarded) {
    run.prepare(11, operation("signed", TRADECTL_ORDER_POST_ONLY));
    run.api().discard_prepared(run.self(), 11);
    EXPECT_EQ(Venue::last->host().take_sign_count(11), 0U);
}

TEST_F(ExchangeTest, ListsSayHowCompleteTheyAre) {
    tradectl_scope scope{};
    scope.cursor = to_str("next");
    run.api().open_orders(run.self(), 1, &scope);
    EXPECT_EQ(completion(1).completeness, Completeness::Complete);
    EXPECT_EQ(completion(1).as_of, base.now());
    EXPECT_EQ(completion(1).cursor, "next");
    const auto items = completion(1).items_as<tradectl_order_report>();
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(view(items[0].client_order_id), "c-1");
}

TEST_F(ExchangeTest, LogsASecondCompletion) {
    run.api().server_time(run.self(), 1);
    EXPECT_EQ(completion(1).as_of, base.now());
    ASSERT_EQ(base.log_lines().size(), 1U);
    EXPECT_EQ(base.log_lines()[0].text, "complete: request 1: the host answered -1");
}

TEST_F(ExchangeTest, PublishesWhatAWebSocketBrings) {
    EXPECT_EQ(run.ws(3, TRADECTL_WS_TEXT, "tick"), TRADECTL_OK);
    EXPECT_EQ(seen(), "ws tick; ");
    const auto trades = host.events_of<tradectl_trade_event>();
    ASSERT_EQ(trades.size(), 1U);
    EXPECT_EQ(Decimal::from_abi(trades[0].price), 7_d);
}

TEST_F(ExchangeTest, StoresAndErases) {
    EXPECT_TRUE(Venue::last->host().kv_put("k", "v"));
    EXPECT_EQ(as_text(*Venue::last->host().kv_get("k")), "v");
    EXPECT_TRUE(Venue::last->host().kv_erase("k"));
    EXPECT_FALSE(Venue::last->host().kv_get("k"));
}

TEST_F(ExchangeTest, RefusesBadSettings) {
    ExchangeRun bad(host, kExchangeApi<Venue>, R"({"url":1})");
    EXPECT_EQ(bad.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_NE(bad.error().find("setting \"url\""), std::string::npos);
}

}  // namespace
}  // namespace tradectl
