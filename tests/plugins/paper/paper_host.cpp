#include "paper_host.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

extern "C" const tradectl_plugin_entry_v0 tradectl_plugin_entry;

namespace tradectl::paper {

/// The functions of both tables.
struct PaperHostCalls {
    static PaperHost& of(const tradectl_host* host) {
        return *static_cast<PaperHost*>(host->context);
    }
    static PaperHost& of(const tradectl_exchange_host* host) {
        return *static_cast<PaperHost*>(host->context);
    }
    static void log(const tradectl_host* host, std::uint32_t, tradectl_str text) {
        of(host).last_log = view(text);
    }
    static tradectl_time now(const tradectl_host* host) { return of(host).now; }
    static tradectl_status find_instrument(const tradectl_host* host,
                                           tradectl_str name,
                                           std::uint32_t* out) {
        *out = 0;
        return view(name) == view(of(host).instrument_.name) ? TRADECTL_OK : TRADECTL_NOT_FOUND;
    }
    static const tradectl_instrument* instrument(const tradectl_host* host, std::uint32_t handle) {
        return handle == 0 ? &of(host).instrument_ : nullptr;
    }
    static tradectl_status find_asset(const tradectl_host*, tradectl_str name, std::uint32_t* out) {
        *out = view(name) == "BTC" ? 0 : 1;
        return TRADECTL_OK;
    }
    static tradectl_status find_account(const tradectl_host*,
                                        tradectl_str name,
                                        std::uint32_t* out) {
        if (view(name) == "main") *out = 0;
        if (view(name) == "second") *out = 1;
        return view(name) == "main" || view(name) == "second" ? TRADECTL_OK : TRADECTL_NOT_FOUND;
    }
    static std::uint64_t random(const tradectl_host* host) {
        return ++of(host).randoms * 0x9e3779b97f4a7c15U;
    }
    static tradectl_status kv_get(const tradectl_host* host,
                                  tradectl_str key,
                                  tradectl_bytes* out) {
        const auto found = of(host).kv.find(std::string(view(key)));
        if (found == of(host).kv.end()) return TRADECTL_NOT_FOUND;
        *out = to_bytes(as_bytes(found->second));
        return TRADECTL_OK;
    }
    static tradectl_status kv_each(const tradectl_host* host,
                                   tradectl_str prefix,
                                   void* user,
                                   std::int32_t (*visit)(void*, tradectl_str, tradectl_bytes)) {
        const auto& kv = of(host).kv;
        for (auto at = kv.lower_bound(std::string(view(prefix))); at != kv.end(); ++at) {
            if (at->first.rfind(view(prefix), 0) != 0) break;
            if (visit(user, to_str(at->first), to_bytes(as_bytes(at->second))) != 0) break;
        }
        return TRADECTL_OK;
    }
    static tradectl_status complete(const tradectl_exchange_host* host,
                                    const tradectl_completion* completion);
    static tradectl_status publish(const tradectl_exchange_host* host, const tradectl_event* event);
    static tradectl_status timer(const tradectl_exchange_host* host,
                                 std::uint64_t id,
                                 tradectl_time due) {
        if (due == TRADECTL_TIME_NONE)
            of(host).timers.erase(id);
        else
            of(host).timers[id] = due;
        return TRADECTL_OK;
    }
    static tradectl_status kv_put(const tradectl_exchange_host* host,
                                  tradectl_str key,
                                  tradectl_bytes value) {
        PaperHost& self = of(host);
        ++self.puts;
        if (value.size == 0)
            self.kv.erase(std::string(view(key)));
        else
            self.kv[std::string(view(key))] = as_text(view(value));
        return TRADECTL_OK;
    }
};

namespace {
template <typename Item>
std::vector<Item> items_of(const tradectl_completion& completion) {
    std::vector<Item> items;
    if (completion.item_stride != sizeof(Item)) return items;
    const auto* first = static_cast<const Item*>(completion.items);
    items.assign(first, first + completion.item_count);
    return items;
}
}  // namespace

tradectl_status PaperHostCalls::complete(const tradectl_exchange_host* host,
                                         const tradectl_completion* completion) {
    PaperHost& self = of(host);
    if (self.answers.count(completion->request_id) != 0) {
        self.error = "request " + std::to_string(completion->request_id) + " answered twice";
        return TRADECTL_INVALID_ARGUMENT;
    }
    Answer& answer = self.answers[completion->request_id];
    answer.record = *completion;
    answer.text = view(completion->text);
    answer.cursor = view(completion->cursor);
    if (completion->prepared != nullptr) {
        answer.identity = view(completion->prepared->identity);
        answer.fence = completion->prepared->fence_value;
    }
    answer.orders = items_of<tradectl_order_report>(*completion);
    answer.fills = items_of<tradectl_fill_report>(*completion);
    answer.positions = items_of<tradectl_position_report>(*completion);
    answer.balances = items_of<tradectl_balance_report>(*completion);
    answer.instruments = items_of<tradectl_instrument>(*completion);
    self.said.push_back("answer " + std::to_string(completion->status));
    return TRADECTL_OK;
}

tradectl_status PaperHostCalls::publish(const tradectl_exchange_host* host,
                                        const tradectl_event* event) {
    PaperHost& self = of(host);
    if (event->type == TRADECTL_EVENT_ORDER) {
        self.order_events.push_back(*reinterpret_cast<const tradectl_order_event*>(event));
        self.said.push_back("order " + std::to_string(self.order_events.back().status));
    } else if (event->type == TRADECTL_EVENT_FILL) {
        self.fill_events.push_back(*reinterpret_cast<const tradectl_fill_event*>(event));
        self.said.push_back("fill");
    } else if (event->type == TRADECTL_EVENT_POSITION) {
        self.position_events.push_back(*reinterpret_cast<const tradectl_position_event*>(event));
        self.said.push_back("position");
    } else {
        self.balance_events.push_back(*reinterpret_cast<const tradectl_balance_event*>(event));
        self.said.push_back("balance");
    }
    return TRADECTL_OK;
}

PaperHost::PaperHost(std::string settings) : settings_(std::move(settings)) {
    api = static_cast<const tradectl_exchange_api*>(
        tradectl_plugin_entry.get_factory(TRADECTL_FACTORY_EXCHANGE));
    base_.struct_size = sizeof base_;
    base_.context = this;
    base_.log = PaperHostCalls::log;
    base_.now = PaperHostCalls::now;
    base_.find_instrument = PaperHostCalls::find_instrument;
    base_.instrument = PaperHostCalls::instrument;
    base_.find_asset = PaperHostCalls::find_asset;
    base_.find_account = PaperHostCalls::find_account;
    base_.random = PaperHostCalls::random;
    base_.kv_get = PaperHostCalls::kv_get;
    base_.kv_each = PaperHostCalls::kv_each;
    table_.struct_size = sizeof table_;
    table_.base = &base_;
    table_.context = this;
    table_.complete = PaperHostCalls::complete;
    table_.publish = PaperHostCalls::publish;
    table_.timer = PaperHostCalls::timer;
    table_.kv_put = PaperHostCalls::kv_put;
    instrument_.struct_size = sizeof instrument_;
    instrument_.kind = TRADECTL_INSTRUMENT_SPOT;
    instrument_.status = TRADECTL_INSTRUMENT_OPEN;
    instrument_.quote_asset = 1;
    instrument_.name = to_id("BTC-USD.paper");
    instrument_.venue = to_id("paper");
    instrument_.base = to_id("BTC");
    instrument_.quote = to_id("USD");
    instrument_.tick = (0.01_d).to_abi();
    instrument_.lot = (0.1_d).to_abi();
    for (tradectl_decimal* limit : {&instrument_.quantity_min,
                                    &instrument_.quantity_max,
                                    &instrument_.notional_min,
                                    &instrument_.price_min,
                                    &instrument_.price_max})
        *limit = Decimal::null().to_abi();
    instrument_.multiplier = (1_d).to_abi();
    instrument_.margin_initial = instrument_.margin_maintenance = Decimal::null().to_abi();
    instrument_.close_time = TRADECTL_TIME_NONE;
}

void PaperHost::use_margin() {
    instrument_.kind = TRADECTL_INSTRUMENT_PERPETUAL;
    instrument_.accounting = TRADECTL_ACCOUNTING_MARGIN;
    instrument_.settle_asset = 1;
    instrument_.settle = to_id("USD");
    instrument_.margin_initial = (0.1_d).to_abi();
    instrument_.margin_maintenance = (0.05_d).to_abi();
}

void PaperHost::stop() {
    last_status = api->stop(instance);
    kill();
}

tradectl_status PaperHost::start() {
    char text[256];
    tradectl_error_text error_text{sizeof error_text, sizeof text, 0, 0, text};
    tradectl_status status = api->create(&table_, to_str("paper"), &instance, &error_text);
    if (status == TRADECTL_OK) status = api->configure(instance, to_str(settings_), &error_text);
    error.assign(text, error_text.size);
    return status == TRADECTL_OK ? api->start(instance) : status;
}

void PaperHost::kill() {
    if (instance != nullptr) api->destroy(instance);
    instance = nullptr;
    timers.clear();
}

void PaperHost::advance_to(std::int64_t time) {
    for (;;) {
        auto next = timers.end();
        for (auto at = timers.begin(); at != timers.end(); ++at)
            if (at->second <= time && (next == timers.end() || at->second < next->second))
                next = at;
        if (next == timers.end()) break;
        const auto [id, due] = *next;
        timers.erase(next);
        now = std::max(now, due);
        api->on_timer(instance, id, due);
    }
    now = time;
}

std::uint64_t PaperHost::prepare_operation(tradectl_operation operation) {
    operation.struct_size = sizeof operation;
    operation.op_id = next_op_++;
    operation.intent_time = now;
    const std::uint64_t id = next_id_++;
    last_status = api->prepare(instance, id, &operation, 1, sizeof operation);
    return id;
}

std::uint64_t PaperHost::prepare(const OrderSpec& spec) {
    tradectl_operation operation{};
    operation.kind = TRADECTL_OPERATION_ORDER;
    operation.account = spec.account;
    operation.side = static_cast<std::uint8_t>(spec.side);
    operation.order_type = spec.price.is_null() ? TRADECTL_ORDER_MARKET : TRADECTL_ORDER_LIMIT;
    operation.time_in_force =
        spec.expires == TRADECTL_TIME_NONE ? TRADECTL_TIF_GTC : TRADECTL_TIF_GTD;
    operation.quantity = spec.quantity.to_abi();
    operation.price = spec.price.to_abi();
    operation.stop_price = Decimal::null().to_abi();
    operation.expire_time = spec.expires;
    operation.client_order_id = to_id(spec.id);
    return prepare_operation(operation);
}

std::uint64_t PaperHost::prepare_cancel(const std::string& target, std::uint32_t account) {
    tradectl_operation operation{};
    operation.kind = TRADECTL_OPERATION_CANCEL;
    operation.account = account;
    operation.target_client_order_id = to_id(target);
    return prepare_operation(operation);
}

std::uint64_t PaperHost::submit_prepared(std::uint64_t prepare_id) {
    const std::uint64_t id = next_id_++;
    last_status = api->submit_prepared(instance, id, &prepare_id, nullptr, 1);
    return id;
}

const Answer& PaperHost::answer_of(std::uint64_t id) {
    return answers[id];
}

const Answer& PaperHost::query(const std::string& client_order_id) {
    tradectl_order_query query{};
    query.struct_size = sizeof query;
    query.instrument = TRADECTL_HANDLE_NONE;
    query.account = TRADECTL_HANDLE_NONE;
    query.client_order_id = to_str(client_order_id);
    const std::uint64_t id = next_id_++;
    last_status = api->query_order(instance, id, &query);
    return answer_of(id);
}

const Answer& PaperHost::fills_since(std::int64_t since,
                                     const std::string& cursor,
                                     std::uint32_t limit) {
    tradectl_scope scope{};
    scope.struct_size = sizeof scope;
    scope.account = TRADECTL_HANDLE_NONE;
    scope.instrument = TRADECTL_HANDLE_NONE;
    scope.limit = limit;
    scope.since = since;
    scope.cursor = to_str(cursor);
    const std::uint64_t id = next_id_++;
    last_status = api->fills_since(instance, id, &scope);
    return answer_of(id);
}

const Answer& PaperHost::ask(Query request) {
    tradectl_scope scope{};
    scope.struct_size = sizeof scope;
    scope.account = TRADECTL_HANDLE_NONE;
    scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    const std::uint64_t id = next_id_++;
    last_status = request(instance, id, &scope);
    return answer_of(id);
}

const Answer& PaperHost::ask(tradectl_status (*request)(tradectl_exchange*, std::uint64_t)) {
    const std::uint64_t id = next_id_++;
    last_status = request(instance, id);
    return answer_of(id);
}

void PaperHost::trade(Decimal price, Decimal quantity, std::int64_t time) {
    auto event = make_event<tradectl_trade_event>();
    event.header.instrument = 0;
    event.header.host_time = time == 0 ? now : time;
    event.price = price.to_abi();
    event.quantity = quantity.to_abi();
    last_status = api->on_market_data(
        instance, reinterpret_cast<const std::uint8_t*>(&event), sizeof event, 1);
}

void PaperHost::quote(Decimal bid, Decimal ask, Decimal quantity) {
    auto event = make_event<tradectl_quote_event>();
    event.header.instrument = 0;
    event.header.host_time = now;
    event.bid_price = bid.to_abi();
    event.ask_price = ask.to_abi();
    event.bid_quantity = event.ask_quantity = quantity.to_abi();
    last_status = api->on_market_data(
        instance, reinterpret_cast<const std::uint8_t*>(&event), sizeof event, 1);
}

void PaperHost::feed_status(std::uint32_t status, tradectl_instrument_handle instrument) {
    auto event = make_event<tradectl_status_event>();
    event.header.instrument = instrument;
    event.header.host_time = now;
    event.status = status;
    last_status = api->on_market_data(
        instance, reinterpret_cast<const std::uint8_t*>(&event), sizeof event, 1);
}

void PaperHost::resolve(Decimal pays) {
    auto event = make_event<tradectl_instrument_event>();
    event.header.instrument = 0;
    event.header.host_time = now;
    event.change = TRADECTL_INSTRUMENT_STATUS_CHANGED;
    event.resolved_price = pays.to_abi();
    event.instrument = instrument_;
    event.instrument.status = TRADECTL_INSTRUMENT_RESOLVED;
    last_status = api->on_market_data(
        instance, reinterpret_cast<const std::uint8_t*>(&event), sizeof event, 1);
}

tradectl_status PaperHost::market_data(const std::vector<std::uint8_t>& events,
                                       std::uint32_t count) {
    return api->on_market_data(instance, events.data(), events.size(), count);
}

std::string PaperHost::state() {
    std::string text;
    const auto add = [&](Decimal value) { text += value.to_string() + " "; };
    auto balances = ask(api->balances).balances;
    // Which asset was heard of first does not matter.
    std::stable_sort(balances.begin(), balances.end(), [](const auto& a, const auto& b) {
        return std::pair(a.account, view(a.asset)) < std::pair(b.account, view(b.asset));
    });
    for (const auto& item : balances) {
        text += std::string(view(item.asset)) + " ";
        add(Decimal::from_abi(item.total));
        // The margin of positions follows the market, which a new process has not seen yet.
        if (instrument_.accounting == TRADECTL_ACCOUNTING_CASH) add(Decimal::from_abi(item.held));
    }
    for (const auto& item : ask(api->positions).positions) {
        text += "P " + std::to_string(item.account) + " ";
        add(Decimal::from_abi(item.quantity));
        add(Decimal::from_abi(item.average_price));
    }
    for (const auto& item : ask(api->open_orders).orders) {
        text += "| " + std::string(view(item.client_order_id)) + " " +
                std::string(view(item.venue_order_id)) + " " + std::to_string(item.status) + " ";
        add(Decimal::from_abi(item.order_qty));
        add(Decimal::from_abi(item.filled_qty));
        add(Decimal::from_abi(item.average_price));
    }
    for (const auto& item : fills_since(TRADECTL_TIME_NONE, "", 0).fills) {
        text += "# " + std::string(view(item.trade_id)) + " " +
                std::string(view(item.client_order_id)) + " ";
        add(Decimal::from_abi(item.price));
        add(Decimal::from_abi(item.quantity));
        add(Decimal::from_abi(item.fee));
        add(Decimal::from_abi(item.realized_pnl));
    }
    return text;
}

}  // namespace tradectl::paper
