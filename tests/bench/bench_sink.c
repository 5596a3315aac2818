/* The far side of the bare loop: it touches a record and does nothing with it. */
#include <stdint.h>

uint64_t bench_take(const uint64_t* record);

uint64_t bench_take(const uint64_t* record) {
    static uint64_t sum;
    sum += record[0] ^ record[1];
    return sum;
}
