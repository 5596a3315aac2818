/// Reads and writes a row of a statement column by column, in the ledger's notation.
#pragma once

#include "host/base/assert.hpp"
#include "host/base/database.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tradectl::ledger {

/// Sets the parameters of a statement from the first on, then runs it. Text is borrowed until then.
class ColumnWriter {
  public:
    explicit ColumnWriter(Statement& statement) : statement_(statement) {}
    ColumnWriter(const ColumnWriter&) = delete;
    ColumnWriter& operator=(const ColumnWriter&) = delete;

    template <std::integral T>
    ColumnWriter& add(T value) {
        // Unsigned numbers above the signed range wrap around and come back the same.
        statement_.bind(next_++, static_cast<std::int64_t>(value));
        return *this;
    }
    ColumnWriter& add(std::string_view text) {
        statement_.bind(next_++, text);
        return *this;
    }
    ColumnWriter& add(std::span<const std::byte> blob) {
        statement_.bind(next_++, blob);
        return *this;
    }
    ColumnWriter& add(Timestamp time) { return time.is_none() ? skip() : add(time.ns()); }
    ColumnWriter& add(Decimal value) {
        if (value.is_null()) return skip();
        TRADECTL_ASSERT(decimals_ < texts_.size());
        char* text = texts_[decimals_++].data();
        return add(std::string_view(text, static_cast<std::size_t>(value.write(text) - text)));
    }
    ColumnWriter& skip() {
        statement_.bind_null(next_++);
        return *this;
    }
    Status run() { return statement_.run(); }

  private:
    Statement& statement_;
    int next_ = 1;
    std::size_t decimals_ = 0;
    std::array<std::array<char, 64>, 8> texts_;  // not initialised: written before they are read
};

/// Takes the columns of the current row from the first on.
class ColumnReader {
  public:
    explicit ColumnReader(const Statement& statement) : statement_(statement) {}

    ColumnReader& take(std::string& out) {
        out = statement_.text(next_++);
        return *this;
    }
    ColumnReader& take(std::vector<std::byte>& out) {
        const auto blob = statement_.blob(next_++);
        out.assign(blob.begin(), blob.end());
        return *this;
    }
    ColumnReader& take(Timestamp& out) {
        out = statement_.is_null(next_) ? Timestamp::none() : Timestamp(statement_.integer(next_));
        ++next_;
        return *this;
    }
    ColumnReader& take(Decimal& out) {
        out = Decimal::null();
        if (!statement_.is_null(next_)) {
            const auto value = Decimal::parse(statement_.text(next_));
            if (value)
                out = *value;
            else
                bad_ = true;
        }
        ++next_;
        return *this;
    }
    template <typename T>
    requires(std::integral<T> || std::is_enum_v<T>) ColumnReader& take(T& out) {
        out = static_cast<T>(statement_.integer(next_++));
        return *this;
    }
    ColumnReader& take(bool& out) {
        out = statement_.integer(next_++) != 0;
        return *this;
    }
    template <typename Tag>
    ColumnReader& take(Id<Tag>& out) {
        return take(out.value);
    }
    /// Corrupt when a decimal could not be read.
    [[nodiscard]] Status done() const {
        if (!bad_) return {};
        return fail(ErrorCode::Corrupt, "ledger: a decimal that cannot be read");
    }

  private:
    const Statement& statement_;
    int next_ = 0;
    bool bad_ = false;
};

}  // namespace tradectl::ledger
