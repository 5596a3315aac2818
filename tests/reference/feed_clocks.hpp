/// Two clocks in one list of rows, as one published normalisation of recordings counts them.
/// Source: data preparation of hftbacktest, "correct event order".
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradectl::market {

/// One change and when it was made and heard of.
struct ClockRow {
    std::int64_t exchange_ns;
    std::int64_t local_ns;
    friend bool operator==(const ClockRow&, const ClockRow&) = default;
};

struct ClockCounts {
    std::size_t rows = 0;  ///< in all
    std::size_t both = 0;  ///< rows that stand in the order of both clocks
};

/// How many rows it takes to have all in the order of either clock, when a row that does not stand
/// at the same place by both is there twice. Local times are moved first so that none is before
/// its exchange time. Rows are in the order of the recording.
inline ClockCounts count_by_both_clocks(std::vector<ClockRow> rows) {
    std::int64_t lag_min = 0;
    for (const ClockRow& row : rows)
        lag_min = std::min(lag_min, row.local_ns - row.exchange_ns);
    for (ClockRow& row : rows)
        row.local_ns -= lag_min;
    std::vector<ClockRow> by_local = rows;
    std::stable_sort(rows.begin(), rows.end(), [](const ClockRow& a, const ClockRow& b) {
        return a.exchange_ns < b.exchange_ns;
    });
    std::stable_sort(by_local.begin(), by_local.end(), [](const ClockRow& a, const ClockRow& b) {
        return a.local_ns < b.local_ns;
    });
    ClockCounts counts;
    for (std::size_t i = 0, j = 0; i < rows.size() || j < by_local.size(); ++counts.rows) {
        if (i == rows.size()) {
            ++j;
        } else if (j == by_local.size()) {
            ++i;
        } else if (rows[i] == by_local[j]) {
            ++counts.both;
            ++i;
            ++j;
        } else {
            const ClockRow& a = rows[i];
            const ClockRow& b = by_local[j];
            const bool first = a.exchange_ns != b.exchange_ns ? a.exchange_ns < b.exchange_ns
                                                              : a.local_ns < b.local_ns;
            ++(first ? i : j);
        }
    }
    return counts;
}

}  // namespace tradectl::market
