#include "operations.hpp"

#include "checks.hpp"

namespace tradectl::paper {

namespace {
const char* kind_name(OperationKind kind) {
    switch (kind) {
        case OperationKind::Order: return "order";
        case OperationKind::Replace: return "replace";
        case OperationKind::Cancel: return "cancel";
        case OperationKind::CancelAll: return "cancel_all";
        default: return "other";
    }
}

void add(std::string& text, const char* key, std::string_view value) {
    text += ' ';
    text += key;
    text += '=';
    text += value;
}
}  // namespace

Expected<std::string> identity_of(const Operation& operation) {
    switch (operation.kind()) {
        case OperationKind::Order:
        case OperationKind::Replace:
            if (is_valid_id(operation.client_order_id()))
                return std::string(operation.client_order_id());
            return fail(ErrorCode::InvalidArgument,
                        "prepare: client order id is not printable ASCII without blanks");
        case OperationKind::Cancel:
            if (!operation.target_client_order_id().empty())
                return std::string(operation.target_client_order_id());
            if (!operation.target_venue_order_id().empty())
                return std::string(operation.target_venue_order_id());
            return fail(ErrorCode::InvalidArgument, "prepare: cancel names no order");
        case OperationKind::CancelAll:
            return "cancel_all/" + std::to_string(operation.op_id().value);
        default:
            return fail(ErrorCode::Unsupported,
                        "prepare: paper offers order, replace, cancel and cancel_all");
    }
}

std::string request_text(const Operation& operation, const Directory& directory) {
    std::string text;
    text.reserve(320);  // most are shorter: one allocation
    text += kind_name(operation.kind());
    const auto number = [&](const char* key, std::int64_t value) {
        add(text, key, std::to_string(value));
    };
    const auto decimal = [&](const char* key, Decimal value) {
        if (!value.is_null()) add(text, key, value.to_string());
    };
    number("intent_time", operation.intent_time().ns());
    add(text, "account", directory.account_name(directory.account(operation.account())));
    add(text, "instrument", directory.market_name(directory.market(operation.instrument())));
    add(text, "client_order_id", operation.client_order_id());
    add(text, "target", operation.target_client_order_id());
    add(text, "target_venue_order_id", operation.target_venue_order_id());
    number("side", static_cast<std::int64_t>(operation.side()));
    number("type", static_cast<std::int64_t>(operation.order_type()));
    number("time_in_force", static_cast<std::int64_t>(operation.time_in_force()));
    number("flags", operation.raw().order_flags);
    decimal("quantity", operation.quantity());
    decimal("price", operation.price());
    decimal("stop_price", operation.stop_price());
    if (!operation.expire_time().is_none()) number("expires", operation.expire_time().ns());
    return text;
}

OrderTerms terms_of(const Operation& operation, const Directory& directory) {
    OrderTerms terms;
    terms.client_order_id = operation.client_order_id();
    terms.market = directory.market(operation.instrument());
    terms.account = directory.account(operation.account());
    terms.side = operation.side();
    terms.type = operation.order_type();
    terms.time_in_force = operation.time_in_force();
    terms.flags = operation.raw().order_flags;
    terms.quantity = operation.quantity();
    terms.price = operation.price();
    terms.stop_price = operation.stop_price();
    terms.expires = operation.expire_time();
    return terms;
}

}  // namespace tradectl::paper
