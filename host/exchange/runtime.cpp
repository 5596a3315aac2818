#include "host/exchange/runtime.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/exchange/commit_worker.hpp"
#include "host/plugin/load.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::exchange {

namespace {

std::string text_of(tradectl_str text) {
    return {text.data == nullptr ? "" : text.data, text.data == nullptr ? 0 : text.size};
}

std::vector<std::byte> bytes_copy(tradectl_bytes bytes) {
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data);
    if (first == nullptr) return {};
    return {first, first + bytes.size};
}

/// Copies what is to be signed; a plugin's struct may be longer or shorter than ours.
std::vector<SignRequest> copy_signing(const tradectl_prepared& from) {
    std::vector<SignRequest> requests;
    const auto* at = reinterpret_cast<const std::uint8_t*>(from.sign);
    for (std::uint32_t i = 0; i < from.sign_count; ++i, at += from.sign_stride) {
        tradectl_sign_request request{};
        std::memcpy(&request, at, std::min<std::size_t>(sizeof(request), from.sign_stride));
        requests.push_back({request.type, text_of(request.key), bytes_copy(request.payload)});
    }
    return requests;
}

/// Copies a list whose items may be longer or shorter than ours.
template <typename Item>
std::vector<Item> copy_items(const tradectl_completion& from) {
    std::vector<Item> items;
    if (from.items == nullptr) return items;
    const auto* at = static_cast<const std::uint8_t*>(from.items);
    for (std::uint32_t i = 0; i < from.item_count; ++i, at += from.item_stride) {
        Item item{};
        std::memcpy(&item, at, std::min<std::size_t>(sizeof(Item), from.item_stride));
        items.push_back(item);
    }
    return items;
}

Prepared copy_prepared(const tradectl_prepared& from) {
    return {.identity_class = from.identity_class,
            .fence = from.fence,
            .fence_value = from.fence_value,
            .sign_count = from.sign_count,
            .identity = text_of(from.identity),
            .request = bytes_copy(from.request),
            .rebuild = bytes_copy(from.rebuild)};
}

void copy_list(const tradectl_completion& from, Completion& to) {
    switch (to.request_kind) {
        case TRADECTL_REQUEST_QUERY_ORDER:
        case TRADECTL_REQUEST_OPEN_ORDERS:
            to.orders = copy_items<tradectl_order_report>(from);
            break;
        case TRADECTL_REQUEST_FILLS_SINCE: to.fills = copy_items<tradectl_fill_report>(from); break;
        case TRADECTL_REQUEST_POSITIONS:
            to.positions = copy_items<tradectl_position_report>(from);
            break;
        case TRADECTL_REQUEST_BALANCES:
            to.balances = copy_items<tradectl_balance_report>(from);
            break;
        case TRADECTL_REQUEST_LOAD_INSTRUMENTS:
        case TRADECTL_REQUEST_DISCOVER:
            to.instruments = copy_items<tradectl_instrument>(from);
            break;
        case TRADECTL_REQUEST_QUOTE:
            to.quote_price = Decimal::from_abi(from.quote_price);
            to.quote_quantity = Decimal::from_abi(from.quote_quantity);
            break;
        default: break;
    }
}

bool is_cache(const plugin::Manifest& manifest) {
    const auto& words = manifest.capabilities;
    return std::find(words.begin(), words.end(), "store-is-cache") != words.end();
}

}  // namespace

ExchangeRuntime::ExchangeRuntime(plugin::HostServices& host,
                                 std::unique_ptr<KvStore> store,
                                 SetTimer set_timer,
                                 RuntimeOptions options)
    : host_(host),
      store_(std::move(store)),
      set_timer_(std::move(set_timer)),
      options_(std::move(options)) {
    if (store_->writer() != nullptr && options_.on_commit) {
        worker_ = std::make_unique<CommitWorker>(*store_->writer(), options_.on_commit);
    }
}

ExchangeRuntime::~ExchangeRuntime() = default;

Expected<std::unique_ptr<ExchangeRuntime>> ExchangeRuntime::create(
    std::shared_ptr<plugin::Library> library,
    plugin::HostServices& host,
    std::unique_ptr<KvStore> store,
    SetTimer set_timer,
    RuntimeOptions options) {
    const plugin::InstanceOptions instance_options = options.instance;
    const std::string name = options.name;
    std::unique_ptr<ExchangeRuntime> runtime(
        new ExchangeRuntime(host, std::move(store), std::move(set_timer), std::move(options)));
    if (!is_cache(library->manifest())) runtime->knows_since_ = runtime->store_->made();
    auto instance =
        plugin::ExchangeInstance::create(std::move(library), name, *runtime, instance_options);
    if (!instance) return fail(instance.error());
    runtime->instance_ = std::move(*instance);
    runtime->wants_market_data_ = runtime->instance_->takes_market_data();
    return runtime;
}

bool ExchangeRuntime::faulted() const {
    return instance_->faulted();
}

std::string ExchangeRuntime::fault_reason() const {
    return instance_->fault_reason();
}

Status ExchangeRuntime::configure(std::string_view settings_json) {
    outputs_before_call_ = outputs_.size();
    Status status = instance_->configure(settings_json);
    end_call(0, 0, TRADECTL_OK);
    return status;
}

Status ExchangeRuntime::start() {
    outputs_before_call_ = outputs_.size();
    Status status = instance_->start();
    end_call(0, 0, TRADECTL_OK);
    if (store_error_) return fail(*store_error_);
    return status;
}

Status ExchangeRuntime::stop() {
    outputs_before_call_ = outputs_.size();
    Status status = instance_->stop();
    end_call(0, 0, TRADECTL_OK);
    return status;
}

void ExchangeRuntime::on_market_data(const EventBuffer& events) {
    outputs_before_call_ = outputs_.size();
    instance_->on_market_data(events.data(), events.bytes(), events.count());
    if (store_->has_staged() || faulted()) end_call(0, 0, TRADECTL_OK);
}

void ExchangeRuntime::on_timer(std::uint64_t timer_id, Timestamp due) {
    outputs_before_call_ = outputs_.size();
    instance_->on_timer(timer_id, due.ns());
    end_call(0, 0, TRADECTL_OK);
}

void ExchangeRuntime::on_wake() {
    outputs_before_call_ = outputs_.size();
    instance_->on_wake();
    end_call(0, 0, TRADECTL_OK);
}

std::uint64_t ExchangeRuntime::open_request(std::uint32_t kind, std::uint32_t count) {
    const std::uint64_t first = next_request_;
    for (std::uint32_t i = 0; i < count; ++i)
        requests_[next_request_++] = kind;
    outputs_before_call_ = outputs_.size();
    return first;
}

void ExchangeRuntime::end_call(std::uint64_t first_request,
                               std::uint32_t count,
                               tradectl_status status) {
    if (faulted()) drop_faulted_call();
    if (status != TRADECTL_OK) {
        for (std::uint64_t id = first_request; id < first_request + count; ++id) {
            if (requests_.contains(id)) answer(id, status, faulted() ? fault_reason() : "");
        }
    }
    commit_staged();
}

/// A call that faulted half way stored and said half of what it meant: none of it counts, and
/// nobody can say what became of what it answered.
void ExchangeRuntime::drop_faulted_call() {
    if (!mutant("exchange.faulted_puts")) static_cast<void>(store_->take_staged());
    std::deque<Output> answers;
    while (outputs_.size() > outputs_before_call_) {
        if (auto* completion = std::get_if<Completion>(&outputs_.back().content)) {
            Completion unknown;
            unknown.request_id = completion->request_id;
            unknown.request_kind = completion->request_kind;
            unknown.status = TRADECTL_OUTCOME_UNKNOWN;
            unknown.text = fault_reason();
            answers.push_front({commits_, std::move(unknown)});
        }
        outputs_.pop_back();
    }
    for (auto& answer : answers)
        outputs_.push_back(std::move(answer));
    outputs_before_call_ = outputs_.size();
}

void ExchangeRuntime::commit_staged() {
    if (!store_->has_staged()) return;
    auto puts = store_->take_staged();
    if (puts.empty()) return;
    if (worker_) {
        worker_->commit(std::move(puts));
        ++commits_;
        for (std::size_t i = outputs_before_call_; i < outputs_.size(); ++i) {
            outputs_[i].commit = commits_;
        }
        return;
    }
    if (store_->writer() == nullptr) return;
    if (store_error_) return;
    if (auto written = store_->writer()->commit(puts); !written) keep_store_error(written.error());
}

void ExchangeRuntime::keep_store_error(const Error& error) {
    if (store_error_) return;
    store_error_ = error;
    tradectl::log(LogLevel::Error, "exchange", options_.name + ": " + error.message);
}

void ExchangeRuntime::answer(std::uint64_t request_id, tradectl_status status, std::string text) {
    Completion completion;
    completion.request_id = request_id;
    completion.request_kind = requests_[request_id];
    completion.status = status;
    completion.text = std::move(text);
    requests_.erase(request_id);
    outputs_.push_back({commits_, std::move(completion)});
}

std::size_t ExchangeRuntime::deliver(ExchangeSink& sink) {
    if (outputs_.empty() || store_error_) return 0;
    const std::uint64_t durable = worker_ ? worker_->durable() : commits_;
    std::size_t delivered = 0;
    while (!outputs_.empty() &&
           (outputs_.front().commit <= durable || mutant("exchange.answer_early"))) {
        Output output = std::move(outputs_.front());
        outputs_.pop_front();
        ++delivered;
        if (auto* completion = std::get_if<Completion>(&output.content)) {
            sink.on_completion(options_.index, std::move(*completion));
        } else {
            const auto& words = std::get<std::vector<std::uint64_t>>(output.content);
            sink.on_exchange_event(options_.index,
                                   *reinterpret_cast<const tradectl_event*>(words.data()));
        }
    }
    return delivered;
}

Status ExchangeRuntime::commit_status() const {
    if (store_error_) return fail(*store_error_);
    return worker_ ? worker_->status() : Status();
}

tradectl_status ExchangeRuntime::complete(const tradectl_completion& from) {
    const auto found = requests_.find(from.request_id);
    if (found == requests_.end()) {
        host_.log(LogLevel::Error,
                  "completes request " + std::to_string(from.request_id) +
                      ", which is unknown or completed");
        return TRADECTL_INVALID_ARGUMENT;
    }
    Completion completion;
    completion.request_id = from.request_id;
    completion.request_kind = found->second;
    completion.status = from.status;
    completion.completeness = from.completeness;
    completion.reason = from.reason;
    completion.as_of = from.as_of;
    completion.text = text_of(from.text);
    completion.cursor = text_of(from.cursor);
    completion.venue_order_id.assign(from.venue_order_id.text, from.venue_order_id.size);
    if (from.prepared != nullptr) take_prepared(*from.prepared, completion);
    copy_list(from, completion);
    requests_.erase(found);
    outputs_.push_back({commits_, std::move(completion)});
    return TRADECTL_OK;
}

/// What is to be signed goes to the signer at once: it works while the intent is on its way.
void ExchangeRuntime::take_prepared(const tradectl_prepared& from, Completion& completion) {
    completion.prepared = copy_prepared(from);
    if (from.sign_count == 0 || !options_.wire) return;
    signing_[completion.request_id] = std::nullopt;
    options_.wire->sign_prepared(completion.request_id, copy_signing(from));
    completion.prepared.sign_count = 0;
}

tradectl_status ExchangeRuntime::publish(const tradectl_event& event) {
    if (event.size < sizeof(tradectl_event) || event.size % 8 != 0 ||
        event.size > TRADECTL_COMMAND_BYTES_MAX) {
        return TRADECTL_INVALID_ARGUMENT;
    }
    std::vector<std::uint64_t> words(event.size / 8);
    std::memcpy(words.data(), &event, event.size);
    reinterpret_cast<tradectl_event*>(words.data())->source = options_.index;
    outputs_.push_back({commits_, std::move(words)});
    return TRADECTL_OK;
}

}  // namespace tradectl::exchange
