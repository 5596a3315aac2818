/// Results as values: `Expected<T>` has the names of the part of std::expected that tradectl uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tradectl {

/// What the caller should do next. The numbers are the ABI's (abi/types.h).
enum class ErrorCode : std::int32_t {
    InvalidArgument = -1,
    NotFound = -2,
    Denied = -3,
    Unavailable = -4,     ///< retry the call
    OutcomeUnknown = -5,  ///< sent, no answer: reconcile, never resend blindly
    Corrupt = -6,
    Io = -7,
    Unsupported = -8,
    WrongThread = -9,
    Quota = -10,
    Overflow = -11,
    BadState = -12,
    Internal = -13,
    RateLimited = -14,
    Authentication = -15,
    Rejected = -16,
    Maintenance = -17,
    // Codes of the host alone; they never cross the plugin border.
    Usage = -100,       ///< the command line is wrong
    Config = -101,      ///< configuration, manifest or plugin invalid
    Locked = -102,      ///< another instance holds the lock
    Permission = -103,  ///< not permitted, or credentials missing
    NoSpace = -104,     ///< the device is full
    Unresolved = -105,  ///< cannot tell: evidence is missing
};

/// A failure: a code and one line of text, lower case, no full stop, no secret.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

/// Tag that carries an error into an Expected: `return fail(error)`.
struct Unexpected {
    Error error;
};

[[nodiscard]] inline Unexpected fail(ErrorCode code, std::string message) {
    return Unexpected{Error{code, std::move(message)}};
}
[[nodiscard]] inline Unexpected fail(Error error) {
    return Unexpected{std::move(error)};
}

/// A value or an Error. `value()` of a failure stops the process: it is a bug.
template <typename T>
class [[nodiscard]] Expected {
  public:
    Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Expected(Unexpected failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() & { return checked(); }
    [[nodiscard]] const T& value() const& { return const_cast<Expected*>(this)->checked(); }
    [[nodiscard]] T&& value() && { return std::move(checked()); }
    [[nodiscard]] T& operator*() & { return checked(); }
    [[nodiscard]] const T& operator*() const& { return const_cast<Expected*>(this)->checked(); }
    [[nodiscard]] T&& operator*() && { return std::move(checked()); }
    [[nodiscard]] T* operator->() { return &checked(); }
    [[nodiscard]] const T* operator->() const { return &const_cast<Expected*>(this)->checked(); }
    [[nodiscard]] T value_or(T other) const& { return has_value() ? value() : std::move(other); }

    [[nodiscard]] const Error& error() const {
        if (has_value()) __builtin_trap();
        return *std::get_if<1>(&state_);
    }

  private:
    T& checked() {
        if (!has_value()) __builtin_trap();
        return *std::get_if<0>(&state_);
    }

    std::variant<T, Error> state_;
};

/// Success without a value, or an Error. Success is `return {};`.
template <>
class [[nodiscard]] Expected<void> {
  public:
    Expected() = default;
    Expected(Unexpected failure) : error_(std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const Error& error() const {
        if (!error_) __builtin_trap();
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

using Status = Expected<void>;

}  // namespace tradectl
