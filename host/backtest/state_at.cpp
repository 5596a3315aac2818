#include "host/backtest/state_at.hpp"

#include "host/backtest/index.hpp"
#include "host/backtest/run_store.hpp"
#include "host/base/database.hpp"

#include <algorithm>
#include <optional>

namespace tradectl::backtest {
namespace {

constexpr std::int64_t kPosition = 1;
constexpr std::int64_t kBalance = 2;
constexpr std::int64_t kPrice = 3;

/// A decimal of a row; null for NULL. What does not parse is kept in `damage`.
class Row {
  public:
    Row(const Statement& row, std::string& damage) : row_(row), damage_(damage) {}

    [[nodiscard]] Decimal decimal(int column) const {
        if (row_.is_null(column)) return Decimal::null();
        const auto value = Decimal::parse(row_.text(column));
        if (!value && damage_.empty()) damage_ = value.error().message;
        return value.value_or(Decimal::null());
    }
    [[nodiscard]] std::string text(int column) const { return std::string(row_.text(column)); }
    [[nodiscard]] Timestamp time(int column) const { return Timestamp{row_.integer(column)}; }

  private:
    const Statement& row_;
    std::string& damage_;
};

/// Walks a query's rows and counts them.
template <typename Take>
Status each_row(Statement& statement, std::uint64_t& rows, Take&& take) {
    for (;;) {
        const auto more = statement.step();
        if (!more) return fail(more.error());
        if (!*more) break;
        ++rows;
        take(statement);
    }
    statement.reset();
    return {};
}

class Question {
  public:
    Question(Database& database, StateAt& state) : database_(database), state_(state) {}

    Status ask(const StateAtOptions& options) {
        if (auto done = ask_things(); !done) return done;
        if (auto done = ask_orders(); !done) return done;
        if (auto done = ask_fills(options.fills_max); !done) return done;
        if (damage_.empty()) return {};
        return fail(ErrorCode::Corrupt, database_.path() + ": " + damage_);
    }

  private:
    struct Thing {
        std::int64_t id = 0;
        std::int64_t kind = 0;
        std::string first;
        std::string second;
    };

    Status ask_things() {
        std::vector<Thing> things;
        auto all = database_.prepare(
            "SELECT id, kind, first, second FROM things ORDER BY kind, first, second");
        if (!all) return fail(all.error());
        auto listed = each_row(*all, state_.rows_read, [&](const Statement& row) {
            things.push_back({row.integer(0),
                              row.integer(1),
                              std::string(row.text(2)),
                              std::string(row.text(3))});
        });
        if (!listed) return listed;
        auto last = database_.prepare(
            "SELECT a, b, c, time FROM changes WHERE thing = ? AND time <= ? "
            "ORDER BY time DESC, seq DESC LIMIT 1");
        if (!last) return fail(last.error());
        for (const Thing& thing : things) {
            last->bind(1, thing.id);
            last->bind(2, state_.time.ns());
            auto done = each_row(*last, state_.rows_read, [&](const Statement& row) {
                take_thing(thing, Row(row, damage_));
            });
            if (!done) return done;
        }
        return {};
    }

    void take_thing(const Thing& thing, const Row& row) {
        const Decimal value = row.decimal(0);
        if (thing.kind == kPosition) {
            if (value.is_zero()) return;
            state_.positions.push_back(
                {thing.first, thing.second, value, row.decimal(1), row.decimal(2)});
        } else if (thing.kind == kBalance) {
            state_.balances.push_back({thing.first, thing.second, value});
        } else if (thing.kind == kPrice) {
            state_.prices.push_back({thing.first, row.time(3), value});
        } else {
            state_.equity.push_back({thing.first, row.time(3), value, row.decimal(1)});
        }
    }

    Status ask_orders() {
        const auto slots = database_.query_integer("SELECT coalesce(max(slot) + 1, 0) FROM slots");
        if (!slots) return fail(slots.error());
        auto last = database_.prepare(
            "SELECT order_id, status, filled FROM slots WHERE slot = ? AND time <= ? "
            "ORDER BY time DESC, seq DESC LIMIT 1");
        auto order = database_.prepare(
            "SELECT client_order_id, strategy, instrument, side, type, quantity, price, created "
            "FROM orders WHERE id = ?");
        if (!last) return fail(last.error());
        if (!order) return fail(order.error());
        for (std::int64_t slot = 0; slot < *slots; ++slot) {
            last->bind(1, slot);
            last->bind(2, state_.time.ns());
            std::int64_t id = 0;
            StateAt::OpenOrder open;
            auto done = each_row(*last, state_.rows_read, [&](const Statement& row) {
                id = row.integer(0);
                open.status = row.text(1);
                open.filled = Row(row, damage_).decimal(2);
            });
            if (!done) return done;
            if (id == 0) continue;
            order->bind(1, id);
            done = each_row(*order, state_.rows_read, [&](const Statement& row) {
                take_order(Row(row, damage_), open);
            });
            if (!done) return done;
        }
        std::sort(
            state_.open_orders.begin(), state_.open_orders.end(), [](const auto& a, const auto& b) {
                return a.created != b.created ? a.created < b.created
                                              : a.client_order_id < b.client_order_id;
            });
        return {};
    }

    void take_order(const Row& row, StateAt::OpenOrder open) {
        open.client_order_id = row.text(0);
        open.strategy = row.text(1);
        open.instrument = row.text(2);
        open.side = row.text(3);
        open.type = row.text(4);
        open.quantity = row.decimal(5);
        open.price = row.decimal(6);
        open.created = row.time(7);
        state_.open_orders.push_back(std::move(open));
    }

    Status ask_fills(std::size_t fills_max) {
        auto fills = database_.prepare(
            "SELECT time, client_order_id, strategy, instrument, side, price, quantity, fee, "
            "fee_asset FROM fills WHERE time <= ? ORDER BY time DESC, seq DESC LIMIT ?");
        if (!fills) return fail(fills.error());
        fills->bind(1, state_.time.ns());
        fills->bind(2, static_cast<std::int64_t>(fills_max));
        return each_row(*fills, state_.rows_read, [&](const Statement& statement) {
            const Row row(statement, damage_);
            state_.fills.push_back({.time = row.time(0),
                                    .client_order_id = row.text(1),
                                    .strategy = row.text(2),
                                    .instrument = row.text(3),
                                    .side = row.text(4),
                                    .price = row.decimal(5),
                                    .quantity = row.decimal(6),
                                    .fee = row.decimal(7),
                                    .fee_asset = row.text(8)});
        });
    }

    Database& database_;
    StateAt& state_;
    std::string damage_;
};

/// The run's first and last moment.
Status read_meta(Database& database, StateAt& state) {
    auto meta = database.prepare("SELECT version, first, last FROM meta");
    if (!meta) return fail(ErrorCode::Corrupt, database.path() + ": not the index of a run");
    const auto row = meta->step();
    if (!row) return fail(row.error());
    if (!*row) return fail(ErrorCode::Corrupt, database.path() + ": the index was not finished");
    if (meta->integer(0) > kIndexVersion) {
        return fail(ErrorCode::Unsupported,
                    database.path() + ": index format " + std::to_string(meta->integer(0)) +
                        ", this version reads " + std::to_string(kIndexVersion));
    }
    state.first = Timestamp{meta->integer(1)};
    state.last = Timestamp{meta->integer(2)};
    return {};
}

}  // namespace

Expected<StateAt> state_at(Disk& disk,
                           const std::string& directory,
                           Timestamp time,
                           const StateAtOptions& options) {
    const std::string path = RunPaths{directory}.index();
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, path + ": no index: not a run");
    auto database = Database::open(disk, path, Database::OpenMode::ReadOnly);
    if (!database) return fail(database.error());
    StateAt state;
    state.time = time;
    if (auto read = read_meta(*database, state); !read) return fail(read.error());
    if (time < state.first || time > state.last) {
        return fail(ErrorCode::InvalidArgument,
                    time.to_string() + " is outside of the run: " + state.first.to_string() +
                        " to " + state.last.to_string());
    }
    if (auto asked = Question(*database, state).ask(options); !asked) return fail(asked.error());
    return state;
}

}  // namespace tradectl::backtest
