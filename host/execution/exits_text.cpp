#include "host/execution/exits.hpp"

#include <charconv>
#include <string>

namespace tradectl::execution {

namespace {

constexpr std::string_view kFormat = "2";
constexpr std::string_view kFormatBefore = "1";

/// Takes fields off the front of a line; after a bad one everything fails.
class FieldReader {
  public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] std::string_view next() {
        if (rest_.data() == nullptr) good_ = false;
        const std::size_t end = rest_.find(' ');
        const std::string_view field = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
        if (field.empty()) good_ = false;
        return field;
    }
    template <typename Integer>
    void read(Integer& out) {
        const std::string_view field = next();
        const char* const end = field.data() + field.size();
        const auto result = std::from_chars(field.data(), end, out);
        if (field.empty() || result.ec != std::errc{} || result.ptr != end) good_ = false;
    }
    void read(Decimal& out) {
        const std::string_view field = next();
        if (field == "null") {
            out = Decimal::null();
            return;
        }
        const auto value = Decimal::parse(field);
        if (value) out = *value;
        if (!value) good_ = false;
    }
    [[nodiscard]] bool finished() const { return good_ && rest_.data() == nullptr; }

  private:
    std::string_view rest_;
    bool good_ = true;
};

void read_later_rules(FieldReader& reader, ExitRules& rules) {
    reader.read(rules.trailing_before);
    reader.read(rules.fee_rate);
    reader.read(rules.step_count);
    for (std::uint32_t i = 0; i < rules.step_count && i < rules.steps.size(); ++i) {
        reader.read(rules.steps[i].after_ns);
        reader.read(rules.steps[i].offset);
    }
}

}  // namespace

std::string to_text(const Exits& exits) {
    const ExitRules& rules = exits.rules;
    const ExitState& state = exits.state;
    std::string out{kFormat};
    const auto add = [&out](const std::string& field) {
        out += ' ';
        out += field;
    };
    add(std::to_string(rules.rules));
    add(std::to_string(static_cast<int>(rules.offset_kind)));
    for (const Decimal value : {rules.target_offset,
                                rules.stop_offset,
                                rules.trailing_offset,
                                rules.trailing_activation,
                                rules.quantity_fraction})
        add(value.to_string());
    add(std::to_string(rules.hold_ns_max));
    add(rules.trailing_before.to_string());
    add(rules.fee_rate.to_string());
    add(std::to_string(rules.step_count));
    for (std::uint32_t i = 0; i < rules.step_count; ++i) {
        add(std::to_string(rules.steps[i].after_ns));
        add(rules.steps[i].offset.to_string());
    }
    add(std::to_string(state.entered.ns()));
    add(state.best_price.to_string());
    add(std::to_string(state.fired));
    add(std::to_string(state.in_flight));
    return out;
}

Expected<Exits> exits_from_text(std::string_view text) {
    FieldReader reader(text);
    Exits out;
    const std::string_view format = reader.next();
    const bool known = format == kFormat || format == kFormatBefore;
    int kind = 0;
    std::int64_t entered_ns = 0;
    reader.read(out.rules.rules);
    reader.read(kind);
    for (Decimal* value : {&out.rules.target_offset,
                           &out.rules.stop_offset,
                           &out.rules.trailing_offset,
                           &out.rules.trailing_activation,
                           &out.rules.quantity_fraction})
        reader.read(*value);
    reader.read(out.rules.hold_ns_max);
    if (format == kFormat) read_later_rules(reader, out.rules);
    reader.read(entered_ns);
    reader.read(out.state.best_price);
    reader.read(out.state.fired);
    reader.read(out.state.in_flight);
    if (!known || !reader.finished() || kind < 0 || kind > 1)
        return fail(ErrorCode::Corrupt, "exits: stored text cannot be read");
    out.rules.offset_kind = static_cast<OffsetKind>(kind);
    out.state.entered = Timestamp{entered_ns};
    if (!check_rules(out.rules))
        return fail(ErrorCode::Corrupt, "exits: stored rules are not valid");
    return out;
}

}  // namespace tradectl::execution
