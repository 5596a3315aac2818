#include "host/ledger/export_writer.hpp"

#include "host/ledger/books.hpp"
#include "host/ledger/renewal.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>
#include <utility>

namespace tradectl::ledger {
namespace {

using wal::StepKind;

bool is_open(std::uint8_t status) {
    return (status >= TRADECTL_ORDER_STATUS_PENDING &&
            status <= TRADECTL_ORDER_STATUS_PARTIALLY_FILLED) ||
           status == TRADECTL_ORDER_STATUS_UNRESOLVED;
}

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::string_view line_of(const OrderRow& row, ExportLine& line) {
    line.begin("order");
    line.number("op_id", number(row.op_id.value)).number("txn_id", number(row.txn_id.value));
    line.number("order_ref", number(row.order_ref.value)).number("side", row.side);
    line.number("order_type", row.order_type).number("time_in_force", row.time_in_force);
    line.number("order_flags", row.order_flags).number("status", row.status);
    line.number("reason", row.reason).time("expire_time", row.expire_time);
    line.time("created", row.created).time("updated", row.updated);
    line.time("venue_time", row.venue_time);
    line.text("instance", row.instance).text("venue", row.venue).text("account", row.account);
    line.text("instrument", row.instrument).text("client_order_id", row.client_order_id);
    line.text("venue_order_id", row.venue_order_id).decimal("quantity", row.quantity);
    line.decimal("price", row.price).decimal("stop_price", row.stop_price);
    line.decimal("filled_qty", row.filled_qty).decimal("leaves_qty", row.leaves_qty);
    line.decimal("average_price", row.average_price).text("text", row.text);
    return line.end();
}

}  // namespace

ExportWriter::ExportWriter(Disk& disk, ExportPart orders, ExportPart fills, ExportPart postings)
    : disk_(&disk),
      orders_(std::move(orders)),
      fills_(std::move(fills)),
      postings_(std::move(postings)) {}

Expected<ExportWriter> ExportWriter::create(Disk& disk, const std::string& directory) {
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    auto orders = ExportPart::create(disk, directory + "/orders");
    if (!orders) return fail(orders.error());
    auto fills = ExportPart::create(disk, directory + "/fills");
    if (!fills) return fail(fills.error());
    auto postings = ExportPart::create(disk, directory + "/postings");
    if (!postings) return fail(postings.error());
    return ExportWriter(disk, std::move(*orders), std::move(*fills), std::move(*postings));
}

Status ExportWriter::apply(std::span<const wal::Record> batch) {
    for (const wal::Record& record : batch) {
        if (auto done = apply_record(record); !done) {
            return fail(done.error().code,
                        "export: record " + std::to_string(record.header.sequence.value) + ": " +
                            done.error().message);
        }
    }
    return {};
}

Status ExportWriter::apply_record(const wal::Record& record) {
    const wal::RecordHeader& header = record.header;
    if (header.sequence.value != applied_ + 1) {
        return fail(ErrorCode::Corrupt,
                    "a gap in the log: record " + std::to_string(applied_ + 1) + " is due");
    }
    applied_ = header.sequence.value;
    const auto decoded = [&](const auto& body, auto apply_body) -> Status {
        if (!body) return fail(body.error());
        return apply_body(*body);
    };
    switch (header.type) {
        case wal::RecordType::Intent:
            return decoded(wal::decode_intent(record),
                           [&](const auto& body) { return apply_intent(header, body); });
        case wal::RecordType::Result:
            return decoded(wal::decode_result(record),
                           [&](const auto& body) { return apply_result(header, body); });
        case wal::RecordType::Rollback:
            return decoded(wal::decode_rollback(record),
                           [&](const auto& body) { return apply_rollback(header, body); });
        case wal::RecordType::Note:
            return decoded(wal::decode_note(record), [&](const auto& body) -> Status {
                if (body.kind != wal::NoteKind::Unresolved) return {};
                const auto found = live_.find(header.op_id.value);
                if (found != live_.end())
                    found->second.row.status = TRADECTL_ORDER_STATUS_UNRESOLVED;
                return {};
            });
        case wal::RecordType::Resolve:
        case wal::RecordType::Kv:
        case wal::RecordType::Seal: return {};
    }
    return fail(ErrorCode::Corrupt,
                "unknown record type " + std::to_string(static_cast<int>(header.type)));
}

Status ExportWriter::apply_intent(const wal::RecordHeader& header, const wal::IntentBody& body) {
    if (is_renewal(body)) return {};
    const bool replaces = body.step == StepKind::OrderReplace &&
                          !body.subject.client_order_id.empty() &&
                          body.subject.client_order_id != body.target_client_order_id;
    if (body.step == StepKind::TradeExecute || replaces) add_order(header, body);
    return write_postings(header, body.subject.venue, body.postings);
}

void ExportWriter::add_order(const wal::RecordHeader& header, const wal::IntentBody& body) {
    const wal::Subject& subject = body.subject;
    const wal::OrderTerms& terms = body.terms;
    OrderRow& row = live_[header.op_id.value].row;
    row.op_id = header.op_id;
    row.txn_id = header.txn_id;
    row.instance = subject.instance;
    row.venue = subject.venue;
    row.account = subject.account;
    row.instrument = subject.instrument;
    row.order_ref = subject.order_ref;
    row.client_order_id = subject.client_order_id;
    row.venue_order_id = subject.venue_order_id;
    row.side = terms.side;
    row.order_type = terms.order_type;
    row.time_in_force = terms.time_in_force;
    row.order_flags = terms.order_flags;
    row.status = TRADECTL_ORDER_STATUS_PENDING;
    row.quantity = terms.quantity;
    row.price = terms.price;
    row.stop_price = terms.stop_price;
    row.leaves_qty = terms.quantity;
    row.average_price = Decimal::null();
    row.expire_time = terms.expire_time;
    row.created = header.wall;
    row.updated = header.wall;
    row.venue_time = Timestamp::none();
}

Status ExportWriter::apply_result(const wal::RecordHeader& header, const wal::ResultBody& body) {
    if (body.step == StepKind::Settle && body.has_fill) {
        return fail(ErrorCode::Unsupported,
                    "settles fill " + std::string(body.fill.trade_id) +
                        ", whose line is written: only a ledger can take it");
    }
    if (body.step == StepKind::TradeExecute || body.step == StepKind::OrderReplace) {
        if (auto done = change_order(header, body); !done) return done;
    }
    if (body.has_fill) {
        if (auto done = write_fill(header, body); !done) return done;
    }
    return write_postings(header, body.subject.venue, body.postings);
}

ExportWriter::Order* ExportWriter::find_order(OpId op_id, const wal::Subject& subject) {
    if (const auto found = live_.find(op_id.value); found != live_.end()) return &found->second;
    const auto same = std::find_if(live_.begin(), live_.end(), [&](const auto& live) {
        const OrderRow& row = live.second.row;
        return row.client_order_id == subject.client_order_id && row.venue == subject.venue &&
               row.account == subject.account;
    });
    return same == live_.end() ? nullptr : &same->second;
}

Status ExportWriter::change_order(const wal::RecordHeader& header, const wal::ResultBody& body) {
    // A replacement that the venue made in place has no order of its own.
    if (body.step == StepKind::OrderReplace && !live_.contains(header.op_id.value)) return {};
    Order* order = find_order(header.op_id, body.subject);
    if (order == nullptr) {
        return fail(ErrorCode::Unsupported,
                    "result of operation " + std::to_string(header.op_id.value) +
                        ", which has no intent, or closed its order long ago");
    }
    OrderRow& row = order->row;
    if (body.order_status != 0) row.status = body.order_status;
    row.reason = body.reason;
    if (!body.subject.venue_order_id.empty()) row.venue_order_id = body.subject.venue_order_id;
    if (!body.filled_qty.is_null()) row.filled_qty = body.filled_qty;
    if (!body.leaves_qty.is_null()) row.leaves_qty = body.leaves_qty;
    if (!body.average_price.is_null()) row.average_price = body.average_price;
    row.updated = header.wall;
    if (!body.venue_time.is_none()) row.venue_time = body.venue_time;
    row.text = body.text;
    return look_at(*order);
}

Status ExportWriter::apply_rollback(const wal::RecordHeader& header,
                                    const wal::RollbackBody& body) {
    const auto found = live_.find(header.op_id.value);
    // Only what is open: a rejected order stays rejected when its hold is undone.
    if (found != live_.end() && is_open(found->second.row.status)) {
        OrderRow& row = found->second.row;
        row.status = TRADECTL_ORDER_STATUS_CANCELED;
        row.reason = body.reason;
        row.leaves_qty = Decimal{};
        row.updated = header.wall;
        row.text = body.text;
        if (auto done = look_at(found->second); !done) return done;
    }
    return write_postings(header, body.subject.venue, body.postings);
}

Status ExportWriter::look_at(Order& order) {
    if (order.queued || is_open(order.row.status)) return {};
    order.queued = true;
    closed_.push_back(order.row.op_id.value);
    if (closed_.size() <= kClosedOrdersMax) return {};
    const auto oldest = live_.find(closed_.front());
    closed_.pop_front();
    if (is_open(oldest->second.row.status)) {  // late news have opened it again
        oldest->second.queued = false;
        return {};
    }
    if (auto done = write_order(oldest->second.row); !done) return done;
    live_.erase(oldest);
    return {};
}

Status ExportWriter::write_order(const OrderRow& row) {
    const std::string_view line = line_of(row, line_);
    lines_.push_back({row.op_id.value, orders_.size(), static_cast<std::uint32_t>(line.size())});
    return orders_.append(line);
}

Status ExportWriter::write_fill(const wal::RecordHeader& header, const wal::ResultBody& body) {
    const wal::FillBody& fill = body.fill;
    const wal::Subject& subject = body.subject;
    if (fill.price.is_null() || fill.quantity.is_null())
        return fail(ErrorCode::Corrupt,
                    "fill " + std::string(fill.trade_id) + " without price or quantity");
    line_.begin("fill");
    line_.number("seq", number(header.sequence.value)).number("op_id", number(header.op_id.value));
    line_.number("txn_id", number(header.txn_id.value));
    line_.number("order_ref", number(subject.order_ref.value)).number("side", fill.side);
    line_.number("liquidity", fill.liquidity).number("settlement", fill.settlement);
    line_.time("time", header.wall).time("venue_time", fill.venue_time);
    line_.text("instance", subject.instance).text("venue", subject.venue);
    line_.text("account", subject.account).text("instrument", subject.instrument);
    line_.text("client_order_id", subject.client_order_id);
    line_.text("venue_order_id", subject.venue_order_id).text("trade_id", fill.trade_id);
    line_.decimal("price", fill.price).decimal("quantity", fill.quantity);
    line_.decimal("fee", fill.fee).text("fee_asset", fill.fee_asset);
    return fills_.append(line_.end());
}

Status ExportWriter::write_postings(const wal::RecordHeader& header,
                                    std::string_view venue,
                                    const wal::Postings& postings) {
    if (auto done = check_balanced(postings); !done) return done;
    std::uint64_t id = first_posting_id(header.sequence);
    for (const wal::Posting& posting : postings) {
        line_.begin("posting");
        line_.number("id", number(id++)).number("txn_id", number(header.txn_id.value));
        line_.number("bucket", static_cast<int>(posting.bucket)).text("venue", venue);
        line_.text("account", posting.account).text("asset", posting.asset);
        line_.decimal("amount", posting.amount);
        if (auto done = postings_.append(line_.end()); !done) return done;
    }
    return {};
}

Status ExportWriter::finish(const std::string& path) {
    for (const auto& [op_id, order] : live_)
        if (auto done = write_order(order.row); !done) return done;
    live_.clear();
    std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
        return a.op_id < b.op_id;
    });
    auto whole = ExportPart::create(*disk_, path);
    if (!whole) return fail(whole.error());
    for (const Line& at : lines_) {
        const auto line = orders_.read(at.offset, at.bytes);
        if (!line) return fail(line.error());
        if (auto done = whole->append(*line); !done) return done;
    }
    for (ExportPart* part : {&fills_, &postings_})
        if (auto done = whole->append_part(*part); !done) return done;
    return whole->finish();
}

}  // namespace tradectl::ledger
