#include "host/backtest/index.hpp"

#include "host/backtest/index_schema.hpp"

#include <array>

namespace tradectl::backtest {
namespace {

constexpr std::uint64_t kCommitRows = 20'000;

/// Text of a decimal for as long as the statement needs it; nothing for null.
class DecimalText {
  public:
    explicit DecimalText(Decimal value) : null_(value.is_null()) {
        if (!null_) end_ = value.write(text_.data());
    }
    void bind(Statement& statement, int parameter) const {
        if (null_) return statement.bind_null(parameter);
        statement.bind(
            parameter,
            std::string_view(text_.data(), static_cast<std::size_t>(end_ - text_.data())));
    }

  private:
    std::array<char, Decimal::kTextBytesMax> text_{};
    const char* end_ = nullptr;
    bool null_;
};

}  // namespace

struct IndexWriter::Statements {
    Statement thing;
    Statement change;
    Statement order;
    Statement slot;
    Statement fill;
};

Expected<std::unique_ptr<IndexWriter>> IndexWriter::create(Disk& disk, const std::string& path) {
    auto database = Database::open(disk, path, Database::OpenMode::ReadWriteCreate);
    if (!database) return fail(database.error());
    std::unique_ptr<IndexWriter> writer(new IndexWriter(std::move(*database)));
    if (auto made = writer->prepare(); !made) return fail(made.error());
    return writer;
}

IndexWriter::IndexWriter(Database database) : database_(std::move(database)) {}

IndexWriter::~IndexWriter() = default;

Status IndexWriter::prepare() {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return fail(transaction.error());
    transaction_.emplace(std::move(*transaction));
    if (auto made = database_.execute(kIndexTables); !made) return made;
    auto thing = database_.prepare("INSERT INTO things VALUES (?, ?, ?, ?)");
    auto change = database_.prepare("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)");
    auto order = database_.prepare("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    auto slot = database_.prepare("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?)");
    auto fill = database_.prepare("INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const auto* statement : {&thing, &change, &order, &slot, &fill}) {
        if (!*statement) return fail(statement->error());
    }
    statements_ = std::make_unique<Statements>(Statements{std::move(*thing),
                                                          std::move(*change),
                                                          std::move(*order),
                                                          std::move(*slot),
                                                          std::move(*fill)});
    return {};
}

Expected<std::int64_t> IndexWriter::key_of(Thing thing,
                                           std::string_view first,
                                           std::string_view second) {
    const Key key{thing, {std::string(first), std::string(second)}};
    const auto known = keys_.find(key);
    if (known != keys_.end()) return known->second;
    const auto id = static_cast<std::int64_t>(keys_.size()) + 1;
    auto& insert = statements_->thing;
    insert.bind(1, id);
    insert.bind(2, static_cast<std::int64_t>(thing));
    insert.bind(3, first);
    insert.bind(4, second);
    if (auto done = insert.run(); !done) return fail(done.error());
    keys_.emplace(key, id);
    return id;
}

Status IndexWriter::change(Thing thing,
                           std::string_view first,
                           std::string_view second,
                           Timestamp time,
                           Decimal a,
                           Decimal b,
                           Decimal c) {
    const auto key = key_of(thing, first, second);
    if (!key) return fail(key.error());
    const DecimalText text_a(a);
    const DecimalText text_b(b);
    const DecimalText text_c(c);
    auto& insert = statements_->change;
    insert.bind(1, *key);
    insert.bind(2, time.ns());
    insert.bind(3, ++sequence_);
    text_a.bind(insert, 4);
    text_b.bind(insert, 5);
    text_c.bind(insert, 6);
    if (auto done = insert.run(); !done) return done;
    return row_done();
}

Status IndexWriter::position(Timestamp time,
                             std::string_view strategy,
                             std::string_view instrument,
                             Decimal quantity,
                             Decimal average_price,
                             Decimal realized_pnl) {
    return change(
        Thing::Position, strategy, instrument, time, quantity, average_price, realized_pnl);
}

Status IndexWriter::balance(Timestamp time,
                            std::string_view account,
                            std::string_view asset,
                            Decimal total) {
    return change(Thing::Balance, account, asset, time, total, Decimal::null(), Decimal::null());
}

Status IndexWriter::price(Timestamp time, std::string_view instrument, Decimal price) {
    return change(Thing::Price, instrument, {}, time, price, Decimal::null(), Decimal::null());
}

Status IndexWriter::equity(Timestamp time,
                           std::string_view asset,
                           Decimal equity,
                           Decimal exposure) {
    return change(Thing::Equity, asset, {}, time, equity, exposure, Decimal::null());
}

Status IndexWriter::order(Timestamp time, const IndexedOrder& order) {
    const auto known = open_.find(order.client_order_id);
    if (known == open_.end()) {
        if (!order.open) return {};  // denied before it left, or news of what is closed
        OpenOrder fresh{.id = ++orders_, .slot = slots_};
        if (free_slots_.empty()) {
            ++slots_;
        } else {
            fresh.slot = *free_slots_.begin();
            free_slots_.erase(free_slots_.begin());
        }
        const DecimalText quantity(order.quantity);
        const DecimalText price(order.price);
        auto& insert = statements_->order;
        insert.bind(1, fresh.id);
        insert.bind(2, order.client_order_id);
        insert.bind(3, order.strategy);
        insert.bind(4, order.instrument);
        insert.bind(5, order.side);
        insert.bind(6, order.type);
        quantity.bind(insert, 7);
        price.bind(insert, 8);
        insert.bind(9, order.created.ns());
        if (auto done = insert.run(); !done) return done;
        open_.emplace(order.client_order_id, fresh);
        return write_slot(time, fresh.slot, fresh.id, order);
    }
    const OpenOrder entry = known->second;
    if (order.open) return write_slot(time, entry.slot, entry.id, order);
    open_.erase(known);
    free_slots_.insert(entry.slot);
    return write_slot(time, entry.slot, 0, order);
}

Status IndexWriter::write_slot(Timestamp time,
                               std::int64_t slot,
                               std::int64_t order_id,
                               const IndexedOrder& order) {
    const DecimalText filled(order.filled);
    auto& insert = statements_->slot;
    insert.bind(1, slot);
    insert.bind(2, time.ns());
    insert.bind(3, ++sequence_);
    insert.bind(4, order_id);
    insert.bind(5, order.status);
    filled.bind(insert, 6);
    if (auto done = insert.run(); !done) return done;
    return row_done();
}

Status IndexWriter::fill(Timestamp time, const IndexedFill& fill) {
    const DecimalText price(fill.price);
    const DecimalText quantity(fill.quantity);
    const DecimalText fee(fill.fee);
    auto& insert = statements_->fill;
    insert.bind(1, time.ns());
    insert.bind(2, ++sequence_);
    insert.bind(3, fill.client_order_id);
    insert.bind(4, fill.strategy);
    insert.bind(5, fill.instrument);
    insert.bind(6, fill.side);
    price.bind(insert, 7);
    quantity.bind(insert, 8);
    fee.bind(insert, 9);
    insert.bind(10, fill.fee_asset);
    if (auto done = insert.run(); !done) return done;
    return row_done();
}

Status IndexWriter::row_done() {
    if (++uncommitted_ < kCommitRows) return {};
    uncommitted_ = 0;
    if (auto done = transaction_->commit(); !done) return done;
    transaction_.reset();
    auto next = Transaction::begin(database_);
    if (!next) return fail(next.error());
    transaction_.emplace(std::move(*next));
    return {};
}

Status IndexWriter::finish(Timestamp first, Timestamp last) {
    auto insert = database_.prepare("INSERT INTO meta VALUES (1, ?, ?, ?)");
    if (!insert) return fail(insert.error());
    insert->bind(1, kIndexVersion);
    insert->bind(2, first.ns());
    insert->bind(3, last.ns());
    if (auto done = insert->run(); !done) return done;
    return transaction_->commit();
}

}  // namespace tradectl::backtest
