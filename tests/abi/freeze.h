/* Static assertions that read alike in C11, C++17 and C++20.
 *
 * The numbers are written down, not computed: a change of a header has to be repeated here, by hand
 * and on purpose, together with the ABI's minor version. */
#ifndef TRADECTL_TESTS_ABI_FREEZE_H
#define TRADECTL_TESTS_ABI_FREEZE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <string_view>
#define FREEZE(condition, text) static_assert(condition, text)
#define TEXT(name, value) static_assert(std::string_view(name) == value, #name)
#else
#define FREEZE(condition, text) _Static_assert(condition, text)
#define TEXT(name, value) _Static_assert(sizeof(name) == sizeof(value), #name)
#endif

/* Some constants are unsigned, some signed: equal values of either kind are equal bits. */
#define CONSTANT(name, value) FREEZE((uint64_t)(name) == (uint64_t)(value), #name)
#define SIZE(type, bytes) FREEZE(sizeof(type) == (bytes), #type)
#define OFFSET(type, field, bytes) FREEZE(offsetof(type, field) == (bytes), #type "." #field)

#endif
