/* The layout and the constants of abi/commands.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/commands.h>

SIZE(tradectl_command, 24);
OFFSET(tradectl_command, size, 0);
OFFSET(tradectl_command, type, 4);
OFFSET(tradectl_command, flags, 6);
OFFSET(tradectl_command, instrument, 8);
OFFSET(tradectl_command, account, 12);
OFFSET(tradectl_command, trigger_seq, 16);

SIZE(tradectl_submit_command, 112);
OFFSET(tradectl_submit_command, header, 0);
OFFSET(tradectl_submit_command, order_ref, 24);
OFFSET(tradectl_submit_command, intent_tag, 32);
OFFSET(tradectl_submit_command, side, 40);
OFFSET(tradectl_submit_command, order_type, 41);
OFFSET(tradectl_submit_command, time_in_force, 42);
OFFSET(tradectl_submit_command, reserved, 43);
OFFSET(tradectl_submit_command, order_flags, 48);
OFFSET(tradectl_submit_command, reserved2, 52);
OFFSET(tradectl_submit_command, quantity, 56);
OFFSET(tradectl_submit_command, price, 72);
OFFSET(tradectl_submit_command, stop_price, 88);
OFFSET(tradectl_submit_command, expire_time, 104);

SIZE(tradectl_batch_command, 40);
OFFSET(tradectl_batch_command, header, 0);
OFFSET(tradectl_batch_command, count, 24);
OFFSET(tradectl_batch_command, stride, 28);
OFFSET(tradectl_batch_command, offset, 32);
OFFSET(tradectl_batch_command, reserved, 36);

SIZE(tradectl_replace_command, 72);
OFFSET(tradectl_replace_command, header, 0);
OFFSET(tradectl_replace_command, order_ref, 24);
OFFSET(tradectl_replace_command, new_order_ref, 32);
OFFSET(tradectl_replace_command, quantity, 40);
OFFSET(tradectl_replace_command, price, 56);

SIZE(tradectl_cancel_command, 32);
OFFSET(tradectl_cancel_command, header, 0);
OFFSET(tradectl_cancel_command, order_ref, 24);

SIZE(tradectl_exits_command, 120);
OFFSET(tradectl_exits_command, header, 0);
OFFSET(tradectl_exits_command, rules, 24);
OFFSET(tradectl_exits_command, reserved, 28);
OFFSET(tradectl_exits_command, target_offset, 32);
OFFSET(tradectl_exits_command, stop_offset, 48);
OFFSET(tradectl_exits_command, trailing_offset, 64);
OFFSET(tradectl_exits_command, trailing_activation, 80);
OFFSET(tradectl_exits_command, quantity_fraction, 96);
OFFSET(tradectl_exits_command, hold_ns_max, 112);

SIZE(tradectl_subscribe_command, 136);
OFFSET(tradectl_subscribe_command, header, 0);
OFFSET(tradectl_subscribe_command, streams, 24);
OFFSET(tradectl_subscribe_command, reserved, 28);
OFFSET(tradectl_subscribe_command, bar_interval_ns, 32);
OFFSET(tradectl_subscribe_command, wallet, 40);

SIZE(tradectl_timer_command, 48);
OFFSET(tradectl_timer_command, header, 0);
OFFSET(tradectl_timer_command, timer_id, 24);
OFFSET(tradectl_timer_command, due, 32);
OFFSET(tradectl_timer_command, interval_ns, 40);

SIZE(tradectl_metric_command, 128);
OFFSET(tradectl_metric_command, header, 0);
OFFSET(tradectl_metric_command, value, 24);
OFFSET(tradectl_metric_command, name, 32);

SIZE(tradectl_decide_command, 488);
OFFSET(tradectl_decide_command, header, 0);
OFFSET(tradectl_decide_command, order_ref, 24);
OFFSET(tradectl_decide_command, note, 32);
OFFSET(tradectl_decide_command, number_count, 160);
OFFSET(tradectl_decide_command, reserved, 164);
OFFSET(tradectl_decide_command, numbers, 168);
OFFSET(tradectl_decide_command, numbers[0].name, 168);
OFFSET(tradectl_decide_command, numbers[0].value, 192);

SIZE(tradectl_kv_put_command, 40);
OFFSET(tradectl_kv_put_command, header, 0);
OFFSET(tradectl_kv_put_command, key_bytes, 24);
OFFSET(tradectl_kv_put_command, value_bytes, 28);
OFFSET(tradectl_kv_put_command, offset, 32);
OFFSET(tradectl_kv_put_command, reserved, 36);

CONSTANT(TRADECTL_COMMAND_SUBMIT, 1);
CONSTANT(TRADECTL_COMMAND_SUBMIT_BATCH, 2);
CONSTANT(TRADECTL_COMMAND_REPLACE, 3);
CONSTANT(TRADECTL_COMMAND_CANCEL, 4);
CONSTANT(TRADECTL_COMMAND_CANCEL_BATCH, 5);
CONSTANT(TRADECTL_COMMAND_CANCEL_ALL, 6);
CONSTANT(TRADECTL_COMMAND_EXITS, 7);
CONSTANT(TRADECTL_COMMAND_SUBSCRIBE, 8);
CONSTANT(TRADECTL_COMMAND_TIMER, 9);
CONSTANT(TRADECTL_COMMAND_METRIC, 10);
CONSTANT(TRADECTL_COMMAND_DECIDE, 11);
CONSTANT(TRADECTL_COMMAND_KV_PUT, 12);
CONSTANT(TRADECTL_COMMAND_BYTES_MAX, 65536);
CONSTANT(TRADECTL_EXIT_TARGET, 1);
CONSTANT(TRADECTL_EXIT_STOP, 2);
CONSTANT(TRADECTL_EXIT_TRAILING, 4);
CONSTANT(TRADECTL_EXIT_TIME, 8);
CONSTANT(TRADECTL_EXIT_CLEAR, 16);
CONSTANT(TRADECTL_EXIT_NOW, 32);
CONSTANT(TRADECTL_STREAM_QUOTES, 1);
CONSTANT(TRADECTL_STREAM_TRADES, 2);
CONSTANT(TRADECTL_STREAM_BARS, 4);
CONSTANT(TRADECTL_STREAM_BOOK, 8);
CONSTANT(TRADECTL_STREAM_ACTIVITY, 16);
CONSTANT(TRADECTL_DECIDE_NUMBERS_MAX, 8);
CONSTANT(TRADECTL_KV_KEY_BYTES_MAX, 255);
CONSTANT(TRADECTL_KV_VALUE_BYTES_MAX, 61440);
CONSTANT(TRADECTL_REASON_NONE, 0);
CONSTANT(TRADECTL_REASON_UNKNOWN_INSTRUMENT, 1);
CONSTANT(TRADECTL_REASON_BAD_ORDER_REF, 2);
CONSTANT(TRADECTL_REASON_DUPLICATE_ORDER_REF, 3);
CONSTANT(TRADECTL_REASON_BAD_FIELD, 4);
CONSTANT(TRADECTL_REASON_PRICE_NOT_ON_TICK, 5);
CONSTANT(TRADECTL_REASON_QUANTITY_NOT_ON_LOT, 6);
CONSTANT(TRADECTL_REASON_QUANTITY_BELOW_MIN, 7);
CONSTANT(TRADECTL_REASON_QUANTITY_ABOVE_MAX, 8);
CONSTANT(TRADECTL_REASON_NOTIONAL_BELOW_MIN, 9);
CONSTANT(TRADECTL_REASON_PRICE_OUT_OF_BOUNDS, 10);
CONSTANT(TRADECTL_REASON_OVERFLOW, 11);
CONSTANT(TRADECTL_REASON_INSUFFICIENT_BALANCE, 12);
CONSTANT(TRADECTL_REASON_POSITION_LIMIT, 13);
CONSTANT(TRADECTL_REASON_EXPOSURE_LIMIT, 14);
CONSTANT(TRADECTL_REASON_OPEN_ORDERS_LIMIT, 15);
CONSTANT(TRADECTL_REASON_POSITIONS_LIMIT, 16);
CONSTANT(TRADECTL_REASON_DUPLICATE_POSITION, 17);
CONSTANT(TRADECTL_REASON_RATE_LIMIT, 18);
CONSTANT(TRADECTL_REASON_DAILY_ORDER_LIMIT, 19);
CONSTANT(TRADECTL_REASON_NO_PRICE, 20);
CONSTANT(TRADECTL_REASON_HALTED, 21);
CONSTANT(TRADECTL_REASON_REDUCE_ONLY, 22);
CONSTANT(TRADECTL_REASON_UNRESOLVED_BLOCKS, 23);
CONSTANT(TRADECTL_REASON_WAL_BACKLOG, 24);
CONSTANT(TRADECTL_REASON_UNSUPPORTED, 25);
CONSTANT(TRADECTL_REASON_INSTANCE_FAULTED, 26);
CONSTANT(TRADECTL_REASON_SHUTTING_DOWN, 27);
CONSTANT(TRADECTL_REASON_UNKNOWN_ORDER, 28);
CONSTANT(TRADECTL_REASON_INSTRUMENT_NOT_OPEN, 29);
CONSTANT(TRADECTL_REASON_PREPARE_FAILED, 30);
CONSTANT(TRADECTL_REASON_DUPLICATE_INTENT, 31);
CONSTANT(TRADECTL_REASON_VENUE_REJECTED, 64);
CONSTANT(TRADECTL_REASON_POST_ONLY_WOULD_TAKE, 65);
CONSTANT(TRADECTL_REASON_SELF_TRADE, 66);
CONSTANT(TRADECTL_REASON_FOK_NOT_FILLED, 67);
CONSTANT(TRADECTL_REASON_IOC_REMAINDER, 68);
CONSTANT(TRADECTL_REASON_CANCELED_BY_STRATEGY, 69);
CONSTANT(TRADECTL_REASON_CANCELED_BY_OPERATOR, 70);
CONSTANT(TRADECTL_REASON_CANCELED_ON_SHUTDOWN, 71);
CONSTANT(TRADECTL_REASON_EXPIRED, 72);
CONSTANT(TRADECTL_REASON_NO_LIQUIDITY, 73);
CONSTANT(TRADECTL_REASON_EXIT_TARGET, 96);
CONSTANT(TRADECTL_REASON_EXIT_STOP, 97);
CONSTANT(TRADECTL_REASON_EXIT_TRAILING, 98);
CONSTANT(TRADECTL_REASON_EXIT_TIME, 99);
CONSTANT(TRADECTL_REASON_EXIT_SIGNAL, 100);
CONSTANT(TRADECTL_REASON_EXIT_MARKET_CLOSE, 101);
CONSTANT(TRADECTL_REASON_EXIT_SHUTDOWN, 102);
CONSTANT(TRADECTL_REASON_EXIT_FAULT, 103);
