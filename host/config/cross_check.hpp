/// What one key alone cannot show: names, references, combinations.
#pragma once

#include "host/config/problem.hpp"

namespace tradectl::config {

/// Works on a tree that check() returned, complete or not: what is missing was reported there.
void cross_check(const Node& merged, Problems& problems);

}  // namespace tradectl::config
