/// The commands, one line each.
#pragma once

namespace tradectl::cli {

class Command;
struct Globals;

void register_audit(Command& root);
void register_backtest(Command& root);
void register_balance(Command& root);
void register_cancel_all(Command& root);
void register_completion(Command& root);
void register_config(Command& root);
void register_data(Command& root);
void register_doctor(Command& root);
void register_fills(Command& root);
void register_flatten(Command& root);
void register_halt(Command& root);
void register_keys(Command& root);
void register_orders(Command& root);
void register_plugin(Command& root);
void register_positions(Command& root);
void register_reconcile(Command& root);
void register_redeem(Command& root);
void register_resume(Command& root);
void register_run(Command& root);
void register_state(Command& root);
void register_wal_recover(Command& root);
void register_status(Command& root);
void register_help(Command& root, Globals& globals);

}  // namespace tradectl::cli
