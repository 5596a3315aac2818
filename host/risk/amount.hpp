/// A decimal on its way through a check: known, missing, or too large to be known.
#pragma once

#include <tradectl/decimal.hpp>

#include <cstdint>
#include <optional>

namespace tradectl::risk {

/// Carries the first thing that went wrong through a chain of sums and products. Products are
/// rounded up: a limit is never passed by rounding.
class Amount {
  public:
    enum class State : std::uint8_t { Known, Missing, TooLarge };

    Amount(Decimal value)
        : value_(value), state_(value.is_null() ? State::Missing : State::Known) {}

    [[nodiscard]] State state() const { return state_; }
    /// Null unless known.
    [[nodiscard]] Decimal value() const { return value_; }

    friend Amount operator+(const Amount& a, const Amount& b) {
        return combine(a, b, checked_add(a.value_, b.value_));
    }
    friend Amount operator-(const Amount& a, const Amount& b) {
        return combine(a, b, checked_sub(a.value_, b.value_));
    }
    friend Amount operator*(const Amount& a, const Amount& b) {
        if (b.value_ == 1_d) return a;  // most multipliers
        return combine(a, b, checked_mul(a.value_, b.value_, Rounding::Up));
    }
    [[nodiscard]] Amount magnitude() const { return combine(*this, *this, checked_abs(value_)); }

  private:
    Amount(Decimal value, State state) : value_(value), state_(state) {}
    static Amount combine(const Amount& a, const Amount& b, std::optional<Decimal> result) {
        if (result) return {*result, State::Known};
        if (a.state_ != State::Known) return {Decimal::null(), a.state_};
        if (b.state_ != State::Known) return {Decimal::null(), b.state_};
        return {Decimal::null(), State::TooLarge};
    }

    Decimal value_;
    State state_;
};

}  // namespace tradectl::risk
