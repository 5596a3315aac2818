/// Aligned columns of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::cli {

enum class Align { Left, Right };

struct Column {
    std::string title;
    Align align = Align::Left;
};

/// Rows under a line of titles, two blanks between columns, none at the end of a line.
class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell for each column.
    void add(std::vector<std::string> cells);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Whole lines, the titles first.
    [[nodiscard]] std::string to_string() const;
    /// Whole lines without titles.
    [[nodiscard]] std::string body() const;

  private:
    [[nodiscard]] std::vector<std::size_t> widths() const;
    [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                   const std::vector<std::size_t>& widths) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// Characters that a terminal shows for UTF-8 text, each counted as one column.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Comma-separated values (RFC 4180) with a line of titles.
[[nodiscard]] std::string to_csv(const std::vector<std::string>& titles,
                                 const std::vector<std::vector<std::string>>& rows);

}  // namespace tradectl::cli
