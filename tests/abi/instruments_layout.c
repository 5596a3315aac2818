/* The layout and the constants of abi/instruments.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/instruments.h>

SIZE(tradectl_instruments_extension, 16);
OFFSET(tradectl_instruments_extension, struct_size, 0);
OFFSET(tradectl_instruments_extension, reserved, 4);
OFFSET(tradectl_instruments_extension, add, 8);

TEXT(TRADECTL_EXTENSION_INSTRUMENTS, "tradectl.instruments/1");
