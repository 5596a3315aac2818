#include "host/ledger/projection_sql.hpp"

namespace tradectl::ledger {

const std::array<const char*, 21> kProjectionSql = {
    "INSERT INTO steps VALUES (?,?,?,?,1,?,0,0,?,?,?,?,?,?)",

    "UPDATE steps SET status = 1, due = 1, answered = 0, unresolved = 0, intent_seq = ?2, "
    "intent_version = ?3, intent_flags = ?4, intent_wall = ?5, intent_monotonic = ?6, intent = ?7 "
    "WHERE op_id = ?1 AND due = 1",

    // ?3: this result undoes what the intent booked, or there is nothing left to undo.
    "UPDATE steps SET status = ?2, answered = 1, unresolved = ?4, "
    "compensation = compensation AND NOT ?3, "
    "due = CASE WHEN intent IS NULL THEN 0 WHEN ?2 IN (1, 2) THEN 1 "
    "WHEN compensation AND NOT ?3 THEN 2 ELSE 0 END, "
    "intent = CASE WHEN ?2 IN (1, 2) OR (compensation AND NOT ?3) THEN intent END "
    "WHERE op_id = ?1",

    "UPDATE steps SET status = 5, due = 0, compensation = 0, unresolved = 0, intent = NULL "
    "WHERE op_id = ?",

    "UPDATE steps SET unresolved = 1 WHERE op_id = ?",

    "INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,1,0,?,?,?,'0',?,NULL,?,?,?,NULL,'')",

    "UPDATE orders SET status = CASE ?2 WHEN 0 THEN status ELSE ?2 END, reason = ?3, "
    "venue_order_id = CASE ?4 WHEN '' THEN venue_order_id ELSE ?4 END, "
    "filled_qty = ifnull(?5, filled_qty), leaves_qty = ifnull(?6, leaves_qty), "
    "average_price = ifnull(?7, average_price), updated = ?8, "
    "venue_time = ifnull(?9, venue_time), text = ?10 WHERE op_id = ?1",

    "SELECT op_id FROM orders WHERE venue = ? AND account = ? AND client_order_id = ?",

    // Only what is open: a rejected order stays rejected when its hold is undone.
    "UPDATE orders SET status = 6, reason = ?, leaves_qty = '0', updated = ?, text = ? "
    "WHERE op_id = ? AND status IN (1, 2, 3, 4, 10)",

    "UPDATE orders SET status = 10 WHERE op_id = ?",

    "INSERT INTO fills VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",

    "UPDATE fills SET settlement = ? WHERE venue = ? AND account = ? AND instrument = ? "
    "AND trade_id = ? AND venue_order_id = ? AND side = ?",

    "INSERT INTO positions VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?8) "
    "ON CONFLICT (instance, venue, account, instrument) DO UPDATE SET quantity = ?5, "
    "average_price = ?6, realized_pnl = ifnull(?7, realized_pnl), "
    "opened = CASE ?9 WHEN 3 THEN ?8 ELSE opened END, updated = ?8",

    "INSERT INTO equity VALUES (?,?,?,?,?,?,?)",
    "INSERT INTO denied VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    "INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
    "INSERT INTO resolutions VALUES (?,?,?,?,?,?,?)",
    "INSERT OR REPLACE INTO kv VALUES (?,?,?)",
    "DELETE FROM kv WHERE instance = ? AND key = ?",
    "INSERT OR REPLACE INTO instances VALUES (?,?)",
    "SELECT instance, order_ref_max FROM instances",
};

}  // namespace tradectl::ledger
