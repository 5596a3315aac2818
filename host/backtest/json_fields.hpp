/// Reads the members of a JSON object that we wrote, and keeps the first thing that is wrong.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::backtest {

/// Version of report.json. A reader refuses a higher one.
inline constexpr std::int64_t kReportFormat = 1;

/// The words of the config's choices, by the enums' numbers.
inline constexpr std::array<std::string_view, 2> kReturnsWords{"simple", "geometric"};
inline constexpr std::array<std::string_view, 2> kDrawdownWords{"equity", "trades"};
inline constexpr std::array<std::string_view, 2> kTradesOnWords{"money", "ratio"};
inline constexpr std::array<std::string_view, 2> kFirstPointWords{"start", "sample"};
inline constexpr std::array<std::string_view, 2> kFinalizeWords{"none", "mark"};

/// Remembers the first error of a whole document.
struct JsonFailure {
    std::string what;  ///< empty: all is well
};

/// One object. Missing or wrong members read as empty and are noted. `json` and `failure` must
/// outlive it.
class JsonFields {
  public:
    JsonFields(const Json& json, JsonFailure& failure) : json_(json), failure_(failure) {}

    [[nodiscard]] std::string text(std::string_view key) const {
        const Json* found = json_.find(key);
        const std::string* value = found != nullptr ? found->as_text() : nullptr;
        if (value == nullptr) note(key, "text");
        return value != nullptr ? *value : std::string();
    }
    template <typename T = std::int64_t>
    [[nodiscard]] T integer(std::string_view key) const {
        const Json* found = json_.find(key);
        const auto value = found != nullptr ? found->as_integer() : std::nullopt;
        if (!value) note(key, "integer");
        return static_cast<T>(value.value_or(0));
    }
    [[nodiscard]] Timestamp time(std::string_view key) const { return Timestamp{integer(key)}; }
    [[nodiscard]] double real(std::string_view key) const {
        const Json* found = json_.find(key);
        const auto value = found != nullptr ? found->as_real() : std::nullopt;
        if (!value) note(key, "number");
        return value.value_or(0);
    }
    [[nodiscard]] Decimal decimal(std::string_view key) const {
        const std::string value = text(key);
        if (value == "null") return Decimal::null();
        const auto parsed = Decimal::parse(value);
        if (!parsed) note(key, "decimal");
        return parsed.value_or(Decimal());
    }
    /// The number of the word in `words`; 0 for any other.
    template <typename Enum, std::size_t Count>
    [[nodiscard]] Enum word(std::string_view key,
                            const std::array<std::string_view, Count>& words) const {
        const std::string value = text(key);
        for (std::size_t i = 0; i < Count; ++i) {
            if (words[i] == value) return static_cast<Enum>(i);
        }
        note(key, "known word");
        return static_cast<Enum>(0);
    }
    /// The items of a list; none when it is missing.
    [[nodiscard]] const Json::Array& list(std::string_view key) const {
        static const Json::Array kEmpty;
        const Json* found = json_.find(key);
        const auto* items = found != nullptr ? found->as_array() : nullptr;
        if (items == nullptr) note(key, "list");
        return items != nullptr ? *items : kEmpty;
    }
    [[nodiscard]] const Json* find(std::string_view key) const { return json_.find(key); }
    void note(std::string_view key, std::string_view kind) const {
        if (!failure_.what.empty()) return;
        failure_.what = std::string(key) + ": no " + std::string(kind);
    }

  private:
    const Json& json_;
    JsonFailure& failure_;
};

/// One row of a list: its columns by number, in the same manner.
class JsonRow {
  public:
    JsonRow(const Json& json, JsonFailure& failure) : items_(json.as_array()), failure_(failure) {}

    [[nodiscard]] std::int64_t integer(std::size_t column) const {
        const Json* item = at(column);
        const auto value = item != nullptr ? item->as_integer() : std::nullopt;
        if (!value) note(column);
        return value.value_or(0);
    }
    [[nodiscard]] double real(std::size_t column) const {
        const Json* item = at(column);
        const auto value = item != nullptr ? item->as_real() : std::nullopt;
        if (!value) note(column);
        return value.value_or(0);
    }
    [[nodiscard]] std::string text(std::size_t column) const {
        const Json* item = at(column);
        const std::string* value = item != nullptr ? item->as_text() : nullptr;
        if (value == nullptr) note(column);
        return value != nullptr ? *value : std::string();
    }

  private:
    [[nodiscard]] const Json* at(std::size_t column) const {
        return items_ != nullptr && column < items_->size() ? &(*items_)[column] : nullptr;
    }
    void note(std::size_t column) const {
        if (failure_.what.empty()) {
            failure_.what = "a row's column " + std::to_string(column) + " is missing or wrong";
        }
    }

    const Json::Array* items_;
    JsonFailure& failure_;
};

}  // namespace tradectl::backtest
