/// Reads `kv.db` as it is asked for, without holding more of it than that.
#pragma once

#include "host/base/database.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::exchange {

/// Values by key. In values of a file an empty one stands for a key that has none.
using KvValues = std::map<std::string, std::vector<std::byte>, std::less<>>;

/// Whether a database has the table.
Expected<bool> has_table(Database& database, const std::string& name);

/// The stored values of one moment, beside a live writer or not. While it is open a live writer's
/// -wal file is not begun anew. A read costs what it returns, not what is stored. [engine]
class KvFile {
  public:
    /// A file whose table was never committed has no values. `disk` must outlive it.
    static Expected<std::unique_ptr<KvFile>> open(Disk& disk, const std::string& path);

    /// When the store was made; none when an earlier version made it, nothing when there is none.
    [[nodiscard]] std::optional<Timestamp> made() const { return made_; }

    /// Afterwards `values` has the key: its value, unless it was there already, or an empty one.
    /// Keys behind it may come along: more and more when keys are asked for one after the other.
    Status read(std::string_view key, KvValues& values);
    /// The same for all keys that begin with `prefix`.
    Status read_all(std::string_view prefix, KvValues& values);

  private:
    explicit KvFile(std::unique_ptr<Database> database) : database_(std::move(database)) {}
    Status begin();
    Status read_made();

    std::unique_ptr<Database> database_;
    std::optional<Transaction> moment_;
    std::optional<Timestamp> made_;
    std::optional<Statement> rows_;  // from a key on
    std::string next_key_;           // behind what was read last
    std::int64_t read_ahead_ = 1;
};

}  // namespace tradectl::exchange
