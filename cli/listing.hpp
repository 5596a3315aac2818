/// Rows of one kind as table, CSV or JSON, made from one list of fields.
#pragma once

#include "cli/command.hpp"
#include "cli/table.hpp"
#include "host/base/disk.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::cli {

struct Field {
    enum class Kind { Text, Number, Time };
    enum class Shown { Everywhere, DataOnly };  ///< DataOnly: in CSV and JSON, not in the table

    std::string name;  ///< title, and key in JSON
    Kind kind = Kind::Text;
    Shown shown = Shown::Everywhere;
};

class Listing {
  public:
    explicit Listing(std::vector<Field> fields) : fields_(std::move(fields)) {}

    /// One value for each field: text, integers, or null for what is not known.
    void add(std::vector<Json> values);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Times to the millisecond, "-" for null.
    [[nodiscard]] std::string table() const;
    /// RFC 4180; null is empty.
    [[nodiscard]] std::string csv() const;
    [[nodiscard]] Json json() const;

  private:
    std::vector<Field> fields_;
    std::vector<std::vector<Json>> rows_;
};

/// Null for a null decimal, for no time.
[[nodiscard]] Json value_of(Decimal value);
[[nodiscard]] Json value_of(Timestamp time);

/// Options that commands on the ledger share.
struct ListWords {
    std::string since;
    std::string strategy;
    std::string instrument;
    std::optional<std::int64_t> limit;
    bool csv = false;
};
/// --since, --strategy, --instrument, --csv.
void add_list_options(Command& command, ListWords& words);
/// --limit, where rows have an order in time.
void add_limit_option(Command& command, ListWords& words);
/// Usage for a bad time or limit, or --csv beside --json.
[[nodiscard]] Expected<ledger::Filter> filter_of(const ListWords& words, const Context& context);

/// The books of the configuration that the command line names; `disk` ends after them.
struct OpenBooks {
    std::unique_ptr<Disk> disk;
    std::optional<ledger::Reader> reader;
};
[[nodiscard]] Expected<OpenBooks> open_books_of(Context& context);

/// Table or CSV as text, and `{key: rows}` as data. `nothing` is the text for an empty table.
[[nodiscard]] Answer answer_of(const Listing& listing,
                               const ListWords& words,
                               std::string_view key,
                               std::string_view nothing);

}  // namespace tradectl::cli
