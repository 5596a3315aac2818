/// Pictures as SVG text. Coordinates are pixels of the picture; what is not finite is left out.
/// [any]
#pragma once

#include "host/backtest/page_scale.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest::page {

struct Point {
    double x = 0;
    double y = 0;
};

/// Few points that draw the same line: of each pixel column the first, lowest, highest and last.
/// Points are in order of x. Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: A
/// Visualization-Oriented Time Series Data Aggregation" (VLDB 2014).
[[nodiscard]] std::vector<Point> thin(const std::vector<Point>& points);
/// Fewer still, for the edges of areas: of each pixel column the highest, lowest or last.
enum class OfColumn : unsigned char { Lowest, Highest, Last };
[[nodiscard]] std::vector<Point> thin_to_one(const std::vector<Point>& points, OfColumn keep);

/// Path data of a line, of the area between it and `base_y`, and of the band between two lines of
/// as many points.
[[nodiscard]] std::string line_path(const std::vector<Point>& points);
[[nodiscard]] std::string area_path(const std::vector<Point>& points, double base_y);
[[nodiscard]] std::string band_path(const std::vector<Point>& lows,
                                    const std::vector<Point>& highs);

/// What marks a trade: shape and side, so that no meaning hangs on a colour alone.
enum class Mark : unsigned char { LongEntry, LongExit, ShortEntry, ShortExit };
[[nodiscard]] std::string_view class_of(Mark mark);
enum class MarkSize : unsigned char { Normal, Small };
/// Path data of one mark per point; of those that would cover each other one is drawn.
[[nodiscard]] std::string mark_path(Mark mark,
                                    const std::vector<Point>& points,
                                    MarkSize size = MarkSize::Normal);

/// A <figure> around `body`. The title is text; `note` and `body` are HTML, the note may be empty.
[[nodiscard]] std::string page_figure(std::string_view title,
                                      std::string_view note,
                                      const std::string& body);

/// Where a text stands relative to its x.
enum class Anchor : unsigned char { Start, Middle, End };

/// Writes one SVG element by element. Labels are escaped; classes are ours.
class Picture {
  public:
    /// `data_kind` names it to the page's script; empty: it stays as it is. `title` is what a
    /// screen reader says.
    Picture(double width, double height, std::string_view data_kind, std::string_view title);
    void path(std::string_view css_class, const std::string& data);
    /// A path that shows `title` under the pointer.
    void path(std::string_view css_class, const std::string& data, std::string_view title);
    void line(std::string_view css_class, Point from, Point to);
    void text(std::string_view css_class, Point at, Anchor anchor, std::string_view label);
    /// The whole element. Ends the picture.
    [[nodiscard]] std::string finish() &&;

  private:
    std::string out_;
};

/// A part of a picture with a value axis of its own.
struct Panel {
    double top = 0;
    double height = 0;
    Range range;  ///< not empty; high is at the top
    TickLabels labels = TickLabels::Plain;
    std::string title;
    [[nodiscard]] Scale scale() const { return {range.low, range.high, top + height, top}; }
};

inline constexpr double kPictureWidth = 1080;
inline constexpr double kMarginLeft = 68;
inline constexpr double kMarginRight = 14;

/// Title, grid and labels of a panel.
void draw_panel(Picture& picture, const Panel& panel);
/// Labels under the panels, and lines through them where a label is.
void draw_time_axis(Picture& picture, Timestamp first, Timestamp last, double top, double bottom);
/// Pixel of a time.
[[nodiscard]] double time_x(Timestamp time, Timestamp first, Timestamp last);

}  // namespace tradectl::backtest::page
