#include "cli/commands.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
    using namespace tradectl::cli;
    Globals globals;
    Command root("tradectl", "automated trading that loses nothing");
    register_run(root);
    register_backtest(root);
    register_balance(root);
    register_keys(root);
    register_orders(root);
    register_fills(root);
    register_positions(root);
    register_audit(root);
    register_reconcile(root);
    register_status(root);
    register_halt(root);
    register_resume(root);
    register_cancel_all(root);
    register_flatten(root);
    register_redeem(root);
    register_state(root);
    register_wal_recover(root);
    register_doctor(root);
    register_plugin(root);
    register_config(root);
    register_data(root);
    register_completion(root);
    register_help(root, globals);
    root.example("tradectl run configs/demo.yaml");
    return run_program(root, globals, argc, argv);
}
