#include "cli/table.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::cli {
namespace {

std::string csv_line(const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i != 0) out += ',';
        if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
            out += cells[i];
            continue;
        }
        out += '"';
        for (const char c : cells[i]) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    return out + "\n";
}

}  // namespace

std::size_t display_width(std::string_view text) {
    // Bytes that do not continue a UTF-8 character.
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void Table::add(std::vector<std::string> cells) {
    TRADECTL_ASSERT(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> out(columns_.size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = std::max(out[i], display_width(row[i]));
    }
    return out;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t width = display_width(cells[i]);
        const std::string padding(widths[i] > width ? widths[i] - width : 0, ' ');
        if (i != 0) out += "  ";
        out += columns_[i].align == Align::Right ? padding + cells[i] : cells[i] + padding;
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
}

std::string Table::to_string() const {
    std::vector<std::size_t> sizes = widths();
    std::vector<std::string> titles;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        sizes[i] = std::max(sizes[i], display_width(columns_[i].title));
        titles.push_back(columns_[i].title);
    }
    std::string out = line(titles, sizes);
    for (const auto& row : rows_)
        out += line(row, sizes);
    return out;
}

std::string Table::body() const {
    const std::vector<std::size_t> sizes = widths();
    std::string out;
    for (const auto& row : rows_)
        out += line(row, sizes);
    return out;
}

std::string to_csv(const std::vector<std::string>& titles,
                   const std::vector<std::vector<std::string>>& rows) {
    std::string out = csv_line(titles);
    for (const auto& row : rows)
        out += csv_line(row);
    return out;
}

}  // namespace tradectl::cli
