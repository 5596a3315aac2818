/// Reads the members of a decoded JSON value; the first fault is kept, and what follows is zero.
#pragma once

#include "host/market/capture_json.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::market {

/// A decimal as written, exactly; what is wrong with it ("not a number"), or null.
[[nodiscard]] const char* read_message_decimal(std::string_view text, tradectl_decimal& out);
/// An integer without a sign; false when it is anything else or does not fit.
[[nodiscard]] bool read_number(std::string_view text, std::uint64_t& out);
/// Seconds since 1970 with up to nine decimals.
[[nodiscard]] bool read_seconds(std::string_view text, tradectl_time& out);

/// Names the first value that could not be read. [any]
class FieldReader {
  public:
    [[nodiscard]] tradectl_decimal decimal(JsonView value, std::string_view name);
    [[nodiscard]] std::uint64_t number(JsonView value, std::string_view name);
    [[nodiscard]] tradectl_time milliseconds(JsonView value, std::string_view name);
    /// RFC 3339.
    [[nodiscard]] tradectl_time date_time(JsonView value, std::string_view name);
    [[nodiscard]] tradectl_time seconds(JsonView value, std::string_view name);
    /// A string that is not empty.
    [[nodiscard]] std::string_view text(JsonView value, std::string_view name);
    [[nodiscard]] JsonView array(JsonView value, std::string_view name);
    [[nodiscard]] JsonView object(JsonView value, std::string_view name);
    /// The side for one of two words.
    [[nodiscard]] std::uint16_t side(JsonView value,
                                     std::string_view name,
                                     std::string_view buy,
                                     std::string_view sell);

    /// A member by its name, with the same calls.
    [[nodiscard]] tradectl_decimal decimal_in(JsonView object, std::string_view name) {
        return decimal(object[name], name);
    }
    [[nodiscard]] std::uint64_t number_in(JsonView object, std::string_view name) {
        return number(object[name], name);
    }
    [[nodiscard]] tradectl_time milliseconds_in(JsonView object, std::string_view name) {
        return milliseconds(object[name], name);
    }
    [[nodiscard]] std::string_view text_in(JsonView object, std::string_view name) {
        return text(object[name], name);
    }
    [[nodiscard]] JsonView array_in(JsonView object, std::string_view name) {
        return array(object[name], name);
    }
    [[nodiscard]] JsonView object_in(JsonView object, std::string_view name) {
        return this->object(object[name], name);
    }

    void fault(JsonView value, std::string_view name, std::string_view reason);
    /// Corrupt with `NAME: "VALUE": reason` of the first fault.
    [[nodiscard]] Status status() const;

  private:
    std::string fault_;
};

}  // namespace tradectl::market
