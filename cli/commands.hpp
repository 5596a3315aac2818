/// The commands, one line each.
#pragma once

namespace tradectl::cli {

class Command;
struct Globals;

void register_completion(Command& root);
void register_config(Command& root);
void register_data(Command& root);
void register_run(Command& root);
void register_help(Command& root, Globals& globals);

}  // namespace tradectl::cli
