#include "host/ledger/reader.hpp"

#include "host/ledger/books.hpp"
#include "host/ledger/note_text.hpp"
#include "host/ledger/query.hpp"
#include "host/ledger/schema.hpp"

#include <map>
#include <tuple>

namespace tradectl::ledger {
namespace {

// The same words as the partial index, or SQLite would not use it.
constexpr std::string_view kOrderIsOpen = "status IN (1, 2, 3, 4, 10)";

constexpr std::string_view kFillIsUnsettled = "settlement IN (1, 2, 4)";

constexpr std::string_view kOrderColumns =
    "op_id, txn_id, instance, venue, account, instrument, order_ref, client_order_id, "
    "venue_order_id, side, order_type, time_in_force, order_flags, status, reason, quantity, "
    "price, stop_price, filled_qty, leaves_qty, average_price, expire_time, created, updated, "
    "venue_time, text";

constexpr std::string_view kFillColumns =
    "seq, op_id, txn_id, instance, venue, account, instrument, order_ref, client_order_id, "
    "venue_order_id, trade_id, side, liquidity, settlement, price, quantity, fee, fee_asset, "
    "time, venue_time";

constexpr std::string_view kDeniedColumns =
    "seq, time, instance, venue, account, instrument, order_ref, side, order_type, quantity, "
    "price, reason, trigger_seq, text, verdicts";

Status take_order(ColumnReader& columns, OrderRow& row) {
    columns.take(row.op_id).take(row.txn_id).take(row.instance).take(row.venue);
    columns.take(row.account).take(row.instrument).take(row.order_ref);
    columns.take(row.client_order_id).take(row.venue_order_id).take(row.side);
    columns.take(row.order_type).take(row.time_in_force).take(row.order_flags);
    columns.take(row.status).take(row.reason).take(row.quantity).take(row.price);
    columns.take(row.stop_price).take(row.filled_qty).take(row.leaves_qty);
    columns.take(row.average_price).take(row.expire_time).take(row.created);
    columns.take(row.updated).take(row.venue_time).take(row.text);
    return {};
}

Status take_fill(ColumnReader& columns, FillRow& row) {
    columns.take(row.sequence).take(row.op_id).take(row.txn_id).take(row.instance);
    columns.take(row.venue).take(row.account).take(row.instrument).take(row.order_ref);
    columns.take(row.client_order_id).take(row.venue_order_id).take(row.trade_id);
    columns.take(row.side).take(row.liquidity).take(row.settlement).take(row.price);
    columns.take(row.quantity).take(row.fee).take(row.fee_asset).take(row.time);
    columns.take(row.venue_time);
    return {};
}

Status take_denied(ColumnReader& columns, DeniedRow& row) {
    std::string verdicts;
    columns.take(row.sequence).take(row.time).take(row.instance).take(row.venue);
    columns.take(row.account).take(row.instrument).take(row.order_ref).take(row.side);
    columns.take(row.order_type).take(row.quantity).take(row.price).take(row.reason);
    columns.take(row.trigger_seq).take(row.text).take(verdicts);
    auto read = read_verdicts(verdicts);
    if (!read) return fail(read.error());
    row.verdicts = std::move(*read);
    return {};
}

Status take_numbers(ColumnReader& columns, std::vector<NamedNumber>& out) {
    std::string text;
    columns.take(text);
    auto read = read_numbers(text);
    if (!read) return fail(read.error());
    out = std::move(*read);
    return {};
}

constexpr std::string_view kFillKeyColumns =
    "seq, instrument, trade_id, venue_order_id, client_order_id, side, settlement, price, "
    "quantity, time, venue_time";

Status take_fill_key(ColumnReader& columns, FillKeyRow& row) {
    columns.take(row.sequence).take(row.instrument).take(row.trade_id).take(row.venue_order_id);
    columns.take(row.client_order_id).take(row.side).take(row.settlement).take(row.price);
    columns.take(row.quantity).take(row.time).take(row.venue_time);
    return {};
}

/// The first row, or nothing.
template <typename Row, typename Take>
Expected<std::optional<Row>> first_row(Statement& statement, Take take) {
    const auto more = statement.step();
    if (!more) return fail(more.error());
    std::optional<Row> row;
    if (*more) {
        ColumnReader columns(statement);
        if (auto taken = take(columns, row.emplace()); !taken) return fail(taken.error());
        if (auto done = columns.done(); !done) return fail(done.error());
    }
    statement.reset();
    return row;
}

}  // namespace

Reader::Reader(std::unique_ptr<Database> database, Transaction snapshot)
    : database_(std::move(database)), snapshot_(std::move(snapshot)) {}

Expected<Reader> Reader::open(Disk& disk, const std::string& path) {
    auto opened = Database::open(disk, path, Database::OpenMode::ReadOnly);
    if (!opened) return fail(opened.error());
    auto database = std::make_unique<Database>(std::move(*opened));
    auto snapshot = Transaction::begin(*database, Transaction::Kind::Read);
    if (!snapshot) return fail(snapshot.error());
    auto name = check_schema(*database);
    if (!name) return fail(name.error());
    Reader reader(std::move(database), std::move(*snapshot));
    reader.name_ = std::move(*name);
    return reader;
}

Status Reader::refresh() {
    snapshot_.reset();
    auto snapshot = Transaction::begin(*database_, Transaction::Kind::Read);
    if (!snapshot) return fail(snapshot.error());
    snapshot_.emplace(std::move(*snapshot));
    return {};
}

Expected<WalSequence> Reader::applied_sequence() {
    const auto value = database_->query_integer("SELECT applied_seq FROM meta");
    if (!value) return fail(value.error());
    return WalSequence{static_cast<std::uint64_t>(*value)};
}

Expected<std::uint64_t> Reader::fill_count() {
    const auto value = database_->query_integer("SELECT count(*) FROM fills");
    if (!value) return fail(value.error());
    return static_cast<std::uint64_t>(*value);
}

Expected<OpId> Reader::op_id_max() {
    const auto value = database_->query_integer("SELECT op_id_max FROM meta");
    if (!value) return fail(value.error());
    return OpId{static_cast<std::uint64_t>(*value)};
}

Expected<std::vector<OrderRow>> Reader::orders(const Filter& filter) {
    // By itself SQLite takes the index that begins with the venue, and reads all its orders.
    Query query(kOrderColumns, filter.open_only ? "orders INDEXED BY orders_open" : "orders");
    query.of(filter).during(filter, "created");
    if (filter.order_status != 0) query.where("status = ?", filter.order_status);
    if (filter.open_only) query.where(kOrderIsOpen);
    return rows_of<OrderRow>(query.run_last(*database_, "op_id", filter.rows_max), take_order);
}

Status Reader::each_order_since(Timestamp since,
                                const std::function<void(std::string_view, Timestamp)>& visit) {
    auto statement = database_->prepare(
        "SELECT instance, created FROM orders WHERE created >= ?1 ORDER BY created");
    if (!statement) return fail(statement.error());
    statement->bind(1, since.ns());
    for (;;) {
        const auto more = statement->step();
        if (!more) return fail(more.error());
        if (!*more) return {};
        visit(statement->text(0), Timestamp{statement->integer(1)});
    }
}

Expected<std::vector<OrderRow>> Reader::open_orders() {
    Filter filter;
    filter.open_only = true;
    return orders(filter);
}

Expected<Statement*> Reader::compiled(std::optional<Statement>& kept,
                                      std::string_view columns,
                                      std::string_view rest) {
    if (!kept) {
        std::string sql = "SELECT ";
        sql.append(columns).append(" FROM ").append(rest);
        auto statement = database_->prepare(sql);
        if (!statement) return fail(statement.error());
        kept.emplace(std::move(*statement));
    }
    kept->reset();  // a row that could not be read may have been left
    return &*kept;
}

Expected<std::optional<OrderRow>> Reader::order(OpId op_id) {
    const auto found = compiled(order_, kOrderColumns, "orders WHERE op_id = ?1");
    if (!found) return fail(found.error());
    (*found)->bind(1, static_cast<std::int64_t>(op_id.value));
    return first_row<OrderRow>(**found, take_order);
}

Expected<std::vector<FillRow>> Reader::fills(const Filter& filter) {
    Query query(kFillColumns, "fills");
    query.of(filter).during(filter, "time");
    return rows_of<FillRow>(query.run_last(*database_, "seq", filter.rows_max), take_fill);
}

Expected<std::vector<FillRow>> Reader::unsettled_fills() {
    Query query(kFillColumns, "fills");
    query.where(kFillIsUnsettled);
    return rows_of<FillRow>(query.run(*database_, "seq"), take_fill);
}

Expected<std::vector<FillKeyRow>> Reader::fills_after(std::string_view venue,
                                                      std::string_view account,
                                                      WalSequence after) {
    Query query(kFillKeyColumns, "fills");
    query.where("seq > ?", static_cast<std::int64_t>(after.value));
    // A plus sign keeps SQLite from reading the whole account by the index of its keys.
    query.where("+venue = ?", venue).where("+account = ?", account);
    return rows_of<FillKeyRow>(query.run(*database_, "seq"), take_fill_key);
}

Expected<std::optional<FillKeyRow>> Reader::find_fill(std::string_view venue,
                                                      std::string_view account,
                                                      const FillKeyRow& key) {
    const auto found =
        key.instrument.empty()
            ? compiled(find_fill_anywhere_,
                       kFillKeyColumns,
                       "fills WHERE venue = ?1 AND account = ?2 AND ?3 = '' AND trade_id = ?4 "
                       "AND venue_order_id = ?5 AND side = ?6")
            : compiled(find_fill_,
                       kFillKeyColumns,
                       "fills WHERE venue = ?1 AND account = ?2 AND instrument = ?3 AND "
                       "trade_id = ?4 AND venue_order_id = ?5 AND side = ?6");
    if (!found) return fail(found.error());
    (*found)->bind(1, venue);
    (*found)->bind(2, account);
    (*found)->bind(3, key.instrument);
    (*found)->bind(4, key.trade_id);
    (*found)->bind(5, key.venue_order_id);
    (*found)->bind(6, static_cast<std::int64_t>(key.side));
    return first_row<FillKeyRow>(**found, take_fill_key);
}

Expected<std::optional<OrderRow>> Reader::find_order(std::string_view venue,
                                                     std::string_view account,
                                                     std::string_view client_order_id) {
    const auto found =
        compiled(find_order_,
                 kOrderColumns,
                 "orders WHERE venue = ?1 AND account = ?2 AND client_order_id = ?3");
    if (!found) return fail(found.error());
    (*found)->bind(1, venue);
    (*found)->bind(2, account);
    (*found)->bind(3, client_order_id);
    return first_row<OrderRow>(**found, take_order);
}

Expected<bool> Reader::knows_venue_order(std::string_view venue,
                                         std::string_view account,
                                         std::string_view venue_order_id) {
    Query query("op_id", "orders");
    query.where("venue = ?", venue).where("account = ?", account);
    query.where("venue_order_id = ?", venue_order_id);
    auto statement = query.run(*database_, "op_id");
    if (!statement) return fail(statement.error());
    return statement->step();
}

Expected<Timestamp> Reader::last_note_time() {
    auto rows = notes({.rows_max = 1});
    if (!rows) return fail(rows.error());
    return rows->empty() ? Timestamp::none() : rows->front().time;
}

Expected<std::vector<PositionRow>> Reader::positions(const Filter& filter) {
    Query query("*", "positions");
    auto statement = query.of(filter).run(*database_, "instance, venue, account, instrument");
    return rows_of<PositionRow>(
        std::move(statement), [](ColumnReader& columns, PositionRow& row) -> Status {
            columns.take(row.instance).take(row.venue).take(row.account).take(row.instrument);
            columns.take(row.quantity).take(row.average_price).take(row.realized_pnl);
            columns.take(row.opened).take(row.updated);
            return {};
        });
}

Expected<std::vector<BalanceRow>> Reader::balances() {
    auto statement = Query("*", "balances").run(*database_, "venue, account, asset, bucket");
    return rows_of<BalanceRow>(
        std::move(statement), [](ColumnReader& columns, BalanceRow& row) -> Status {
            columns.take(row.venue).take(row.account).take(row.asset).take(row.bucket);
            columns.take(row.amount);
            return {};
        });
}

Expected<std::vector<EquityRow>> Reader::equity(const Filter& filter) {
    Query query("seq, time, instance, venue, account, numbers", "equity");
    query.of(filter).during(filter, "time");
    return rows_of<EquityRow>(
        query.run_last(*database_, "seq", filter.rows_max),
        [](ColumnReader& columns, EquityRow& row) -> Status {
            columns.take(row.sequence).take(row.time).take(row.instance).take(row.venue);
            columns.take(row.account);
            return take_numbers(columns, row.numbers);
        });
}

Expected<std::vector<DeniedRow>> Reader::denied(const Filter& filter) {
    Query query(kDeniedColumns, "denied");
    query.of(filter).during(filter, "time");
    return rows_of<DeniedRow>(query.run_last(*database_, "seq", filter.rows_max), take_denied);
}

Expected<std::vector<NoteRow>> Reader::notes(const Filter& filter) {
    Query query(
        "seq, time, op_id, kind, instance, venue, account, instrument, order_ref, reason, "
        "text, numbers",
        "notes");
    query.of(filter).during(filter, "time");
    return rows_of<NoteRow>(
        query.run_last(*database_, "seq", filter.rows_max),
        [](ColumnReader& columns, NoteRow& row) -> Status {
            columns.take(row.sequence).take(row.time).take(row.op_id).take(row.kind);
            columns.take(row.instance).take(row.venue).take(row.account).take(row.instrument);
            columns.take(row.order_ref).take(row.reason).take(row.text);
            return take_numbers(columns, row.numbers);
        });
}

Expected<std::optional<WalSequence>> Reader::last_note(wal::NoteKind kind) {
    auto statement =
        database_->prepare("SELECT seq FROM notes WHERE kind = ?1 ORDER BY seq DESC LIMIT 1");
    if (!statement) return fail(statement.error());
    statement->bind(1, static_cast<std::int64_t>(kind));
    auto row = statement->step();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<WalSequence>{};
    return std::optional<WalSequence>(
        WalSequence{static_cast<std::uint64_t>(statement->integer(0))});
}

Expected<std::vector<KvRow>> Reader::kv(std::string_view instance) {
    Query query("key, value", "kv");
    query.where("instance = ?", instance);
    return rows_of<KvRow>(query.run(*database_, "key"),
                          [](ColumnReader& columns, KvRow& row) -> Status {
                              columns.take(row.key).take(row.value);
                              return {};
                          });
}

Expected<std::vector<UnfinishedOperation>> Reader::unfinished_operations() {
    Query query(
        "op_id, txn_id, step, status, due, answered, unresolved, intent_seq, intent_version, "
        "intent_flags, intent_wall, intent_monotonic, intent",
        "steps");
    query.where("due <> 0");
    return rows_of<UnfinishedOperation>(
        query.run(*database_, "op_id"),
        [](ColumnReader& columns, UnfinishedOperation& row) -> Status {
            wal::RecordHeader& header = row.header;
            header.type = wal::RecordType::Intent;
            columns.take(header.op_id).take(header.txn_id).take(row.step).take(row.status);
            columns.take(row.due).take(row.answered).take(row.unresolved);
            columns.take(header.sequence).take(header.version).take(header.flags);
            columns.take(header.wall).take(header.monotonic_ns).take(row.intent);
            row.may_be_sent = (header.flags & wal::kFlagMayBeSent) != 0;
            return {};
        });
}

Expected<std::vector<InstanceRow>> Reader::instances() {
    auto statement = Query("*", "instances").run(*database_, "instance");
    return rows_of<InstanceRow>(std::move(statement),
                                [](ColumnReader& columns, InstanceRow& row) -> Status {
                                    columns.take(row.instance).take(row.order_ref_max);
                                    return {};
                                });
}

Expected<Decimal> Reader::held(TxnId txn_id) {
    // The same words as the partial index, or SQLite would not use it.
    auto statement =
        database_->prepare("SELECT amount FROM postings WHERE bucket = 2 AND txn_id = ?1");
    if (!statement) return fail(statement.error());
    statement->bind(1, static_cast<std::int64_t>(txn_id.value));
    Decimal sum;
    for (;;) {
        auto row = statement->step();
        if (!row) return fail(row.error());
        if (!*row) return sum;
        const auto amount = Decimal::parse(statement->text(0));
        const auto next = amount ? checked_add(sum, *amount) : std::nullopt;
        if (!next)
            return fail(ErrorCode::Corrupt, "ledger: postings of a transaction cannot be added");
        sum = *next;
    }
}

}  // namespace tradectl::ledger
