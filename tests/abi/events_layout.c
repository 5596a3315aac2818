/* The layout and the constants of abi/events.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/events.h>

SIZE(tradectl_event, 40);
OFFSET(tradectl_event, size, 0);
OFFSET(tradectl_event, type, 4);
OFFSET(tradectl_event, flags, 6);
OFFSET(tradectl_event, seq, 8);
OFFSET(tradectl_event, event_time, 16);
OFFSET(tradectl_event, host_time, 24);
OFFSET(tradectl_event, instrument, 32);
OFFSET(tradectl_event, source, 36);

SIZE(tradectl_quote_event, 104);
OFFSET(tradectl_quote_event, header, 0);
OFFSET(tradectl_quote_event, bid_price, 40);
OFFSET(tradectl_quote_event, bid_quantity, 56);
OFFSET(tradectl_quote_event, ask_price, 72);
OFFSET(tradectl_quote_event, ask_quantity, 88);

SIZE(tradectl_trade_event, 88);
OFFSET(tradectl_trade_event, header, 0);
OFFSET(tradectl_trade_event, price, 40);
OFFSET(tradectl_trade_event, quantity, 56);
OFFSET(tradectl_trade_event, trade_id, 72);
OFFSET(tradectl_trade_event, aggressor, 80);
OFFSET(tradectl_trade_event, reserved, 84);

SIZE(tradectl_bar_event, 136);
OFFSET(tradectl_bar_event, header, 0);
OFFSET(tradectl_bar_event, open, 40);
OFFSET(tradectl_bar_event, high, 56);
OFFSET(tradectl_bar_event, low, 72);
OFFSET(tradectl_bar_event, close, 88);
OFFSET(tradectl_bar_event, volume, 104);
OFFSET(tradectl_bar_event, interval_ns, 120);
OFFSET(tradectl_bar_event, trade_count, 128);

SIZE(tradectl_level, 32);
OFFSET(tradectl_level, price, 0);
OFFSET(tradectl_level, quantity, 16);

SIZE(tradectl_book_event, 72);
OFFSET(tradectl_book_event, header, 0);
OFFSET(tradectl_book_event, book_seq, 40);
OFFSET(tradectl_book_event, book_seq_prev, 48);
OFFSET(tradectl_book_event, bid_count, 56);
OFFSET(tradectl_book_event, ask_count, 60);
OFFSET(tradectl_book_event, levels_offset, 64);
OFFSET(tradectl_book_event, level_stride, 68);

SIZE(tradectl_order_event, 504);
OFFSET(tradectl_order_event, header, 0);
OFFSET(tradectl_order_event, order_ref, 40);
OFFSET(tradectl_order_event, status, 48);
OFFSET(tradectl_order_event, reason, 52);
OFFSET(tradectl_order_event, side, 56);
OFFSET(tradectl_order_event, order_type, 57);
OFFSET(tradectl_order_event, time_in_force, 58);
OFFSET(tradectl_order_event, reserved, 59);
OFFSET(tradectl_order_event, account, 64);
OFFSET(tradectl_order_event, order_flags, 68);
OFFSET(tradectl_order_event, price, 72);
OFFSET(tradectl_order_event, order_qty, 88);
OFFSET(tradectl_order_event, filled_qty, 104);
OFFSET(tradectl_order_event, leaves_qty, 120);
OFFSET(tradectl_order_event, average_price, 136);
OFFSET(tradectl_order_event, limit, 152);
OFFSET(tradectl_order_event, value, 168);
OFFSET(tradectl_order_event, client_order_id, 184);
OFFSET(tradectl_order_event, venue_order_id, 280);
OFFSET(tradectl_order_event, text, 376);

SIZE(tradectl_fill_event, 544);
OFFSET(tradectl_fill_event, header, 0);
OFFSET(tradectl_fill_event, order_ref, 40);
OFFSET(tradectl_fill_event, side, 48);
OFFSET(tradectl_fill_event, liquidity, 49);
OFFSET(tradectl_fill_event, settlement, 50);
OFFSET(tradectl_fill_event, reserved, 51);
OFFSET(tradectl_fill_event, account, 56);
OFFSET(tradectl_fill_event, fee_asset, 60);
OFFSET(tradectl_fill_event, price, 64);
OFFSET(tradectl_fill_event, quantity, 80);
OFFSET(tradectl_fill_event, fee, 96);
OFFSET(tradectl_fill_event, filled_qty, 112);
OFFSET(tradectl_fill_event, leaves_qty, 128);
OFFSET(tradectl_fill_event, trade_id, 144);
OFFSET(tradectl_fill_event, client_order_id, 240);
OFFSET(tradectl_fill_event, venue_order_id, 336);
OFFSET(tradectl_fill_event, fee_asset_name, 432);
OFFSET(tradectl_fill_event, realized_pnl, 528);

SIZE(tradectl_position_event, 96);
OFFSET(tradectl_position_event, header, 0);
OFFSET(tradectl_position_event, account, 40);
OFFSET(tradectl_position_event, reserved, 44);
OFFSET(tradectl_position_event, quantity, 48);
OFFSET(tradectl_position_event, average_price, 64);
OFFSET(tradectl_position_event, realized_pnl, 80);

SIZE(tradectl_balance_event, 208);
OFFSET(tradectl_balance_event, header, 0);
OFFSET(tradectl_balance_event, account, 40);
OFFSET(tradectl_balance_event, asset, 44);
OFFSET(tradectl_balance_event, total, 48);
OFFSET(tradectl_balance_event, free, 64);
OFFSET(tradectl_balance_event, held, 80);
OFFSET(tradectl_balance_event, unsettled, 96);
OFFSET(tradectl_balance_event, asset_name, 112);

SIZE(tradectl_timer_event, 56);
OFFSET(tradectl_timer_event, header, 0);
OFFSET(tradectl_timer_event, timer_id, 40);
OFFSET(tradectl_timer_event, due, 48);

SIZE(tradectl_instrument_event, 840);
OFFSET(tradectl_instrument_event, header, 0);
OFFSET(tradectl_instrument_event, change, 40);
OFFSET(tradectl_instrument_event, reserved, 44);
OFFSET(tradectl_instrument_event, resolved_price, 48);
OFFSET(tradectl_instrument_event, instrument, 64);

SIZE(tradectl_status_event, 176);
OFFSET(tradectl_status_event, header, 0);
OFFSET(tradectl_status_event, status, 40);
OFFSET(tradectl_status_event, reserved, 44);
OFFSET(tradectl_status_event, text, 48);

SIZE(tradectl_activity_event, 368);
OFFSET(tradectl_activity_event, header, 0);
OFFSET(tradectl_activity_event, activity, 40);
OFFSET(tradectl_activity_event, side, 44);
OFFSET(tradectl_activity_event, price, 48);
OFFSET(tradectl_activity_event, quantity, 64);
OFFSET(tradectl_activity_event, wallet, 80);
OFFSET(tradectl_activity_event, activity_id, 176);
OFFSET(tradectl_activity_event, counterparty, 272);

SIZE(tradectl_ext_event, 144);
OFFSET(tradectl_ext_event, header, 0);
OFFSET(tradectl_ext_event, payload_offset, 40);
OFFSET(tradectl_ext_event, payload_bytes, 44);
OFFSET(tradectl_ext_event, name, 48);

SIZE(tradectl_book_top, 88);
OFFSET(tradectl_book_top, bid_price, 0);
OFFSET(tradectl_book_top, bid_quantity, 16);
OFFSET(tradectl_book_top, ask_price, 32);
OFFSET(tradectl_book_top, ask_quantity, 48);
OFFSET(tradectl_book_top, last_price, 64);
OFFSET(tradectl_book_top, updated, 80);

SIZE(tradectl_position_state, 56);
OFFSET(tradectl_position_state, instrument, 0);
OFFSET(tradectl_position_state, account, 4);
OFFSET(tradectl_position_state, quantity, 8);
OFFSET(tradectl_position_state, average_price, 24);
OFFSET(tradectl_position_state, realized_pnl, 40);

SIZE(tradectl_balance_state, 72);
OFFSET(tradectl_balance_state, account, 0);
OFFSET(tradectl_balance_state, asset, 4);
OFFSET(tradectl_balance_state, total, 8);
OFFSET(tradectl_balance_state, free, 24);
OFFSET(tradectl_balance_state, held, 40);
OFFSET(tradectl_balance_state, unsettled, 56);

SIZE(tradectl_open_order, 72);
OFFSET(tradectl_open_order, order_ref, 0);
OFFSET(tradectl_open_order, instrument, 8);
OFFSET(tradectl_open_order, account, 12);
OFFSET(tradectl_open_order, status, 16);
OFFSET(tradectl_open_order, side, 20);
OFFSET(tradectl_open_order, order_type, 21);
OFFSET(tradectl_open_order, time_in_force, 22);
OFFSET(tradectl_open_order, reserved, 23);
OFFSET(tradectl_open_order, price, 24);
OFFSET(tradectl_open_order, order_qty, 40);
OFFSET(tradectl_open_order, filled_qty, 56);

SIZE(tradectl_turn, 104);
OFFSET(tradectl_turn, struct_size, 0);
OFFSET(tradectl_turn, event_count, 4);
OFFSET(tradectl_turn, events, 8);
OFFSET(tradectl_turn, events_bytes, 16);
OFFSET(tradectl_turn, now, 24);
OFFSET(tradectl_turn, turn_seq, 32);
OFFSET(tradectl_turn, tops, 40);
OFFSET(tradectl_turn, top_count, 48);
OFFSET(tradectl_turn, top_stride, 52);
OFFSET(tradectl_turn, positions, 56);
OFFSET(tradectl_turn, position_count, 64);
OFFSET(tradectl_turn, position_stride, 68);
OFFSET(tradectl_turn, balances, 72);
OFFSET(tradectl_turn, balance_count, 80);
OFFSET(tradectl_turn, balance_stride, 84);
OFFSET(tradectl_turn, open_orders, 88);
OFFSET(tradectl_turn, open_order_count, 96);
OFFSET(tradectl_turn, open_order_stride, 100);

CONSTANT(TRADECTL_EVENT_QUOTE, 1);
CONSTANT(TRADECTL_EVENT_TRADE, 2);
CONSTANT(TRADECTL_EVENT_BAR, 3);
CONSTANT(TRADECTL_EVENT_BOOK_SNAPSHOT, 4);
CONSTANT(TRADECTL_EVENT_BOOK_DELTA, 5);
CONSTANT(TRADECTL_EVENT_ORDER, 6);
CONSTANT(TRADECTL_EVENT_FILL, 7);
CONSTANT(TRADECTL_EVENT_POSITION, 8);
CONSTANT(TRADECTL_EVENT_BALANCE, 9);
CONSTANT(TRADECTL_EVENT_TIMER, 10);
CONSTANT(TRADECTL_EVENT_WAKE, 11);
CONSTANT(TRADECTL_EVENT_INSTRUMENT, 12);
CONSTANT(TRADECTL_EVENT_STATUS, 13);
CONSTANT(TRADECTL_EVENT_ACTIVITY, 14);
CONSTANT(TRADECTL_EVENT_EXT, 15);
CONSTANT(TRADECTL_EVENT_FLAG_SNAPSHOT, 1);
CONSTANT(TRADECTL_EVENT_FLAG_REPLAYED, 2);
CONSTANT(TRADECTL_INSTRUMENT_LISTED, 1);
CONSTANT(TRADECTL_INSTRUMENT_TICK_CHANGED, 2);
CONSTANT(TRADECTL_INSTRUMENT_STATUS_CHANGED, 3);
CONSTANT(TRADECTL_STATUS_CONNECTED, 1);
CONSTANT(TRADECTL_STATUS_STALE, 2);
CONSTANT(TRADECTL_STATUS_GAP, 3);
CONSTANT(TRADECTL_STATUS_RESYNCED, 4);
CONSTANT(TRADECTL_STATUS_HALTED, 5);
CONSTANT(TRADECTL_STATUS_REDUCE_ONLY, 6);
CONSTANT(TRADECTL_STATUS_ACTIVE, 7);
CONSTANT(TRADECTL_STATUS_DISCONNECTED, 8);
CONSTANT(TRADECTL_STATUS_END_OF_DATA, 9);
CONSTANT(TRADECTL_ACTIVITY_TRADE, 1);
CONSTANT(TRADECTL_ACTIVITY_TRANSFER, 2);
CONSTANT(TRADECTL_ACTIVITY_PENDING_TRANSACTION, 3);
CONSTANT(TRADECTL_ACTIVITY_REDEEM, 4);
