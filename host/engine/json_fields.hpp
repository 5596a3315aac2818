/// Reads members of a JSON object one after the other and remembers the first that is wrong.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::engine {

/// [any] `object` must outlive it. What is wrong reads as empty, none or 0.
class JsonFields {
  public:
    explicit JsonFields(const Json& object) : object_(object) {}

    std::string text(std::string_view key) {
        const auto value = object_.find_text(key);
        if (!value) note(key);
        return std::string(value.value_or(""));
    }
    std::int64_t integer(std::string_view key) {
        const Json* value = object_.find(key);
        const auto number = value == nullptr ? std::nullopt : value->as_integer();
        if (!number) note(key);
        return number.value_or(0);
    }
    std::size_t count(std::string_view key) {
        const std::int64_t number = integer(key);
        if (number < 0) note(key);
        return number < 0 ? 0 : static_cast<std::size_t>(number);
    }
    bool boolean(std::string_view key) {
        const Json* value = object_.find(key);
        const auto truth = value == nullptr ? std::nullopt : value->as_boolean();
        if (!truth) note(key);
        return truth.value_or(false);
    }
    /// Null is null.
    Decimal decimal(std::string_view key) {
        const Json* value = object_.find(key);
        if (value != nullptr && value->is_null()) return Decimal::null();
        const auto parsed = Decimal::parse(object_.find_text(key).value_or(""));
        if (!parsed) note(key);
        return parsed ? *parsed : Decimal::null();
    }
    /// Nanoseconds; null is none.
    Timestamp time(std::string_view key) {
        const Json* value = object_.find(key);
        if (value != nullptr && value->is_null()) return Timestamp::none();
        return Timestamp{integer(key)};
    }
    const Json::Array& array(std::string_view key) {
        static const Json::Array none;
        const Json* value = object_.find(key);
        const Json::Array* items = value == nullptr ? nullptr : value->as_array();
        if (items == nullptr) note(key);
        return items == nullptr ? none : *items;
    }
    void note(std::string_view key) {
        if (wrong_.empty()) wrong_ = key;
    }

    /// The first member that is missing or of another kind; empty: none.
    [[nodiscard]] const std::string& wrong() const { return wrong_; }

  private:
    const Json& object_;
    std::string wrong_;
};

/// "timeout_ms", in ns: from one second to one hour.
[[nodiscard]] inline std::int64_t budget_of(JsonFields& fields) {
    constexpr std::int64_t kHourMs = kNsPerHour / kNsPerMillisecond;
    return std::clamp<std::int64_t>(fields.integer("timeout_ms"), 1'000, kHourMs) *
           kNsPerMillisecond;
}

[[nodiscard]] inline Json json_of(Decimal value) {
    return value.is_null() ? Json() : Json::text_of(value);
}
[[nodiscard]] inline Json json_of(Timestamp time) {
    return time.is_none() ? Json() : Json(time.ns());
}

}  // namespace tradectl::engine
