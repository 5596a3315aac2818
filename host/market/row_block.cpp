#include "host/market/row_block.hpp"

#include "host/base/assert.hpp"
#include "host/market/row_reader.hpp"

namespace tradectl::market {
namespace {

/// What a line can hold without a question about its length, whatever the reader allows.
constexpr std::size_t kPlainLineBytesMax = 65536;

}  // namespace

void RowBlock::work(std::string_view text) {
    TRADECTL_ASSERT(text.size() <= UINT32_MAX);
    clear();
    text_ = text;
    odd_.clear();
    lines_ = 0;
    BlockLines lines(text, '\n');
    std::string_view row;
    while (lines.next(row)) {
        const bool plain = !row.empty() && row.size() <= kPlainLineBytesMax && lines.ended();
        if (!plain || decode(row) == Fit::Odd)
            odd_.push_back({lines_, static_cast<std::uint32_t>(row.data() - text.data())});
        ++lines_;
    }
}

std::string_view RowBlock::decoded_row(std::size_t n) const {
    std::size_t line = n;
    for (const Odd& odd : odd_)
        if (odd.line <= line) ++line;
    BlockLines lines(text_, '\n');
    std::string_view row;
    for (std::size_t i = 0; i <= line; ++i)
        lines.next(row);
    return row;
}

/// Never called: there are no such blocks without a maker of them.
RowReader::Taken RowReader::take_decoded(const RowBlock&, std::size_t, std::size_t, ImportSink&) {
    TRADECTL_ASSERT(false);
    return {};
}

}  // namespace tradectl::market
