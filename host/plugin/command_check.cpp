#include "host/plugin/command_check.hpp"

#include <array>
#include <cstddef>

namespace tradectl::plugin {
namespace {

/// Whether `count` items of at least `item_bytes`, `stride` apart, lie in a record behind `fixed`.
bool items_fit(std::uint64_t record_bytes,
               std::uint64_t fixed,
               std::uint64_t offset,
               std::uint64_t count,
               std::uint64_t stride,
               std::uint64_t item_bytes) {
    if (count == 0) return true;
    if (offset < fixed || offset > record_bytes || offset % 8 != 0) return false;
    if (stride < item_bytes || stride % 8 != 0) return false;
    return (count - 1) <= (record_bytes - offset) / stride &&
           (count - 1) * stride + item_bytes <= record_bytes - offset;
}

bool text_fits(const tradectl_id& id) {
    return id.size <= sizeof(id.text);
}
bool text_fits(const tradectl_text& text) {
    return text.size <= sizeof(text.text);
}

template <typename Record, typename Header>
const Record& as(const Header& header) {
    return *reinterpret_cast<const Record*>(&header);
}

/// Bytes of the struct of each type; 0 for types that are not known.
constexpr std::array<std::uint32_t, 13> kCommandBytes{
    0,
    sizeof(tradectl_submit_command),
    sizeof(tradectl_batch_command),
    sizeof(tradectl_replace_command),
    sizeof(tradectl_cancel_command),
    sizeof(tradectl_batch_command),
    sizeof(tradectl_command),
    sizeof(tradectl_exits_command),
    sizeof(tradectl_subscribe_command),
    sizeof(tradectl_timer_command),
    sizeof(tradectl_metric_command),
    sizeof(tradectl_decide_command),
    sizeof(tradectl_kv_put_command),
};
static_assert(TRADECTL_COMMAND_KV_PUT + 1 == kCommandBytes.size());

constexpr std::array<std::uint32_t, 16> kEventBytes{
    0,
    sizeof(tradectl_quote_event),
    sizeof(tradectl_trade_event),
    sizeof(tradectl_bar_event),
    sizeof(tradectl_book_event),
    sizeof(tradectl_book_event),
    sizeof(tradectl_order_event),
    sizeof(tradectl_fill_event),
    sizeof(tradectl_position_event),
    sizeof(tradectl_balance_event),
    sizeof(tradectl_timer_event),
    sizeof(tradectl_event),
    sizeof(tradectl_instrument_event),
    sizeof(tradectl_status_event),
    sizeof(tradectl_activity_event),
    sizeof(tradectl_ext_event),
};
static_assert(TRADECTL_EVENT_EXT + 1 == kEventBytes.size());

bool submits_fit(const tradectl_batch_command& batch) {
    if (!items_fit(batch.header.size,
                   sizeof(batch),
                   batch.offset,
                   batch.count,
                   batch.stride,
                   sizeof(tradectl_submit_command)))
        return false;
    const auto* first = reinterpret_cast<const std::uint8_t*>(&batch) + batch.offset;
    for (std::uint64_t i = 0; i < batch.count; ++i) {
        const auto* item = reinterpret_cast<const tradectl_command*>(first + i * batch.stride);
        if (item->type != TRADECTL_COMMAND_SUBMIT || item->size > batch.stride ||
            item->size < sizeof(tradectl_submit_command))
            return false;
    }
    return true;
}

bool kv_fits(const tradectl_kv_put_command& put) {
    const std::uint64_t bytes = std::uint64_t{put.key_bytes} + put.value_bytes;
    return put.key_bytes > 0 && put.key_bytes <= TRADECTL_KV_KEY_BYTES_MAX &&
           put.value_bytes <= TRADECTL_KV_VALUE_BYTES_MAX && put.offset >= sizeof(put) &&
           put.offset <= put.header.size && bytes <= put.header.size - put.offset;
}

bool decide_fits(const tradectl_decide_command& decide) {
    if (!text_fits(decide.note) || decide.number_count > TRADECTL_DECIDE_NUMBERS_MAX) return false;
    for (std::uint32_t i = 0; i < decide.number_count; ++i) {
        if (decide.numbers[i].name[sizeof(decide.numbers[i].name) - 1] != '\0') return false;
    }
    return true;
}

bool order_texts_fit(const tradectl_order_event& order) {
    return text_fits(order.client_order_id) && text_fits(order.venue_order_id) &&
           text_fits(order.text);
}

bool fill_texts_fit(const tradectl_fill_event& fill) {
    return text_fits(fill.trade_id) && text_fits(fill.client_order_id) &&
           text_fits(fill.venue_order_id) && text_fits(fill.fee_asset_name);
}

bool instrument_texts_fit(const tradectl_instrument& instrument) {
    return instrument.struct_size == sizeof(tradectl_instrument) && text_fits(instrument.name) &&
           text_fits(instrument.venue) && text_fits(instrument.venue_symbol) &&
           text_fits(instrument.base) && text_fits(instrument.quote);
}

bool ext_fits(const tradectl_ext_event& ext) {
    return text_fits(ext.name) &&
           (ext.payload_bytes == 0 ||
            (ext.payload_offset >= sizeof(ext) && ext.payload_offset <= ext.header.size &&
             ext.payload_bytes <= ext.header.size - ext.payload_offset));
}

bool command_content_fits(const tradectl_command& command) {
    switch (command.type) {
        case TRADECTL_COMMAND_SUBMIT_BATCH: return submits_fit(as<tradectl_batch_command>(command));
        case TRADECTL_COMMAND_CANCEL_BATCH: {
            const auto& batch = as<tradectl_batch_command>(command);
            return items_fit(
                command.size, sizeof(batch), batch.offset, batch.count, batch.stride, 8);
        }
        case TRADECTL_COMMAND_SUBSCRIBE:
            return text_fits(as<tradectl_subscribe_command>(command).wallet);
        case TRADECTL_COMMAND_METRIC: return text_fits(as<tradectl_metric_command>(command).name);
        case TRADECTL_COMMAND_DECIDE: return decide_fits(as<tradectl_decide_command>(command));
        case TRADECTL_COMMAND_KV_PUT: return kv_fits(as<tradectl_kv_put_command>(command));
        default: return true;
    }
}

bool event_content_fits(const tradectl_event& event) {
    switch (event.type) {
        case TRADECTL_EVENT_BOOK_SNAPSHOT:
        case TRADECTL_EVENT_BOOK_DELTA: {
            const auto& book = as<tradectl_book_event>(event);
            return items_fit(event.size,
                             sizeof(book),
                             book.levels_offset,
                             std::uint64_t{book.bid_count} + book.ask_count,
                             book.level_stride,
                             sizeof(tradectl_level));
        }
        case TRADECTL_EVENT_ORDER: return order_texts_fit(as<tradectl_order_event>(event));
        case TRADECTL_EVENT_FILL: return fill_texts_fit(as<tradectl_fill_event>(event));
        case TRADECTL_EVENT_BALANCE: return text_fits(as<tradectl_balance_event>(event).asset_name);
        case TRADECTL_EVENT_INSTRUMENT:
            return instrument_texts_fit(as<tradectl_instrument_event>(event).instrument);
        case TRADECTL_EVENT_STATUS: return text_fits(as<tradectl_status_event>(event).text);
        case TRADECTL_EVENT_ACTIVITY: {
            const auto& activity = as<tradectl_activity_event>(event);
            return text_fits(activity.wallet) && text_fits(activity.activity_id) &&
                   text_fits(activity.counterparty);
        }
        case TRADECTL_EVENT_EXT: return ext_fits(as<tradectl_ext_event>(event));
        default: return true;
    }
}

}  // namespace

tradectl_status check_command(const tradectl_command& command) {
    if (command.size < sizeof(tradectl_command) || command.size % 8 != 0 ||
        command.size > TRADECTL_COMMAND_BYTES_MAX)
        return TRADECTL_INVALID_ARGUMENT;
    const std::uint32_t bytes =
        command.type < kCommandBytes.size() ? kCommandBytes[command.type] : 0;
    if (bytes == 0) return TRADECTL_UNSUPPORTED;
    if (command.size < bytes || !command_content_fits(command)) return TRADECTL_INVALID_ARGUMENT;
    return TRADECTL_OK;
}

tradectl_status check_event(const tradectl_event& event) {
    if (event.size < sizeof(tradectl_event) || event.size % 8 != 0 || event.size > kEventBytesMax)
        return TRADECTL_INVALID_ARGUMENT;
    const std::uint32_t bytes = event.type < kEventBytes.size() ? kEventBytes[event.type] : 0;
    if (bytes == 0) return TRADECTL_UNSUPPORTED;
    if (event.size < bytes || !event_content_fits(event)) return TRADECTL_INVALID_ARGUMENT;
    return TRADECTL_OK;
}

}  // namespace tradectl::plugin
