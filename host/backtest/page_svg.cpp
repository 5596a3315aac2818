#include "host/backtest/page_svg.hpp"

#include "host/backtest/page_text.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace tradectl::backtest::page {
namespace {

bool is_finite(Point point) {
    return std::isfinite(point.x) && std::isfinite(point.y);
}

/// A coordinate in tenths of a pixel.
long long tenths(double coordinate) {
    return std::llround(std::clamp(coordinate, -1e6, 1e6) * 10);
}

/// Without a zero at the end.
void put(std::string& out, long long tenths_of_it) {
    if (tenths_of_it < 0) out += '-';
    const auto size = std::abs(tenths_of_it);
    out += std::to_string(size / 10);
    if (size % 10 != 0) out += '.' + std::to_string(size % 10);
}

void put(std::string& out, double coordinate) {
    put(out, tenths(coordinate));
}

void put(std::string& out, Point point) {
    put(out, point.x);
    out += ' ';
    put(out, point.y);
}

/// One mark, relative to a point just written.
std::string_view shape_of(Mark mark, MarkSize size) {
    const bool is_small = size == MarkSize::Small;
    switch (mark) {
        case Mark::LongEntry: return is_small ? "m0 1l3 5h-6z" : "m0 2l5 9h-10z";
        case Mark::ShortEntry: return is_small ? "m0-1l3-5h-6z" : "m0-2l5-9h-10z";
        case Mark::LongExit:
            return is_small ? "m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"
                            : "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z";
        case Mark::ShortExit: return is_small ? "m0-3l3 3l-3 3l-3-3z" : "m0-5l5 5l-5 5l-5-5z";
    }
    return "";
}

}  // namespace

std::vector<Point> thin(const std::vector<Point>& points) {
    std::vector<Point> out;
    const auto column_of = [](Point point) { return std::floor(point.x); };
    for (std::size_t i = 0; i < points.size();) {
        const double column = column_of(points[i]);
        std::size_t low = i, high = i, end = i;
        for (; end < points.size() && column_of(points[end]) == column; ++end) {
            if (points[end].y < points[low].y) low = end;
            if (points[end].y > points[high].y) high = end;
        }
        if (end == i) break;  // an x that is no number: nothing after it can be in order
        const std::set<std::size_t> kept{i, low, high, end - 1};
        for (const std::size_t each : kept)
            out.push_back(points[each]);
        i = end;
    }
    return out;
}

std::vector<Point> thin_to_one(const std::vector<Point>& points, OfColumn keep) {
    std::vector<Point> out;
    for (const Point& point : points) {
        const bool is_new = out.empty() || std::floor(out.back().x) != std::floor(point.x);
        if (is_new)
            out.push_back(point);
        else if (keep == OfColumn::Last || !std::isfinite(out.back().y))
            out.back() = point;
        else if (keep == OfColumn::Lowest)
            out.back().y = std::max(out.back().y, point.y);  // pixels count from the top
        else
            out.back().y = std::min(out.back().y, point.y);
    }
    return out;
}

/// Steps are relative, which is shorter, and between rounded points, so that no error adds up.
std::string line_path(const std::vector<Point>& points) {
    std::string out;
    bool is_open = false;
    long long x = 0, y = 0;
    for (const Point& point : points) {
        if (!is_finite(point)) {
            is_open = false;
            continue;
        }
        const long long next_x = tenths(point.x), next_y = tenths(point.y);
        out += is_open ? 'l' : 'M';
        put(out, is_open ? next_x - x : next_x);
        out += ' ';
        put(out, is_open ? next_y - y : next_y);
        x = next_x;
        y = next_y;
        is_open = true;
    }
    return out;
}

std::string area_path(const std::vector<Point>& points, double base_y) {
    std::vector<Point> base;
    for (const Point& point : points)
        base.push_back({point.x, base_y});
    if (base.size() > 2) base = {base.front(), base.back()};
    return band_path(points, base);
}

std::string band_path(const std::vector<Point>& lows, const std::vector<Point>& highs) {
    std::vector<Point> round;
    std::copy_if(lows.begin(), lows.end(), std::back_inserter(round), is_finite);
    std::copy_if(highs.rbegin(), highs.rend(), std::back_inserter(round), is_finite);
    return round.empty() ? "" : line_path(round) + "Z";
}

std::string_view class_of(Mark mark) {
    switch (mark) {
        case Mark::LongEntry: return "mark long entry";
        case Mark::LongExit: return "mark long exit";
        case Mark::ShortEntry: return "mark short entry";
        case Mark::ShortExit: return "mark short exit";
    }
    return "mark";
}

std::string mark_path(Mark mark, const std::vector<Point>& points, MarkSize size) {
    std::string out;
    std::set<std::pair<long, long>> covered;
    for (const Point& point : points) {
        if (!is_finite(point)) continue;
        if (!covered.emplace(std::lround(point.x / 4), std::lround(point.y / 7)).second) continue;
        out += 'M';
        put(out, point);
        out += shape_of(mark, size);
    }
    return out;
}

std::string page_figure(std::string_view title, std::string_view note, const std::string& body) {
    std::string out = "<figure><figcaption><h2>" + escape_html(title) + "</h2>";
    if (!note.empty()) out.append("<p>").append(note).append("</p>");
    return out + "</figcaption>\n" + body + "</figure>\n";
}

Picture::Picture(double width, double height, std::string_view data_kind, std::string_view title) {
    out_ = "<svg viewBox=\"0 0 ";
    put(out_, {width, height});
    out_ += "\" role=\"img\" aria-label=\"" + escape_html(title) + "\"";
    if (!data_kind.empty()) out_ += " tabindex=\"0\" data-kind=\"" + escape_html(data_kind) + "\"";
    out_ += ">\n";
}

void Picture::path(std::string_view css_class, const std::string& data) {
    if (data.empty()) return;
    out_.append("<path class=\"").append(css_class).append("\" d=\"").append(data);
    out_ += "\"/>\n";
}

void Picture::path(std::string_view css_class, const std::string& data, std::string_view title) {
    if (data.empty()) return;
    out_.append("<path class=\"").append(css_class).append("\" d=\"").append(data);
    out_ += "\"><title>" + escape_html(title) + "</title></path>\n";
}

void Picture::line(std::string_view css_class, Point from, Point to) {
    path(css_class, line_path({from, to}));
}

void Picture::text(std::string_view css_class, Point at, Anchor anchor, std::string_view label) {
    if (!is_finite(at)) return;
    out_.append("<text class=\"").append(css_class);
    if (anchor != Anchor::Start) out_ += anchor == Anchor::Middle ? " mid" : " end";
    out_ += "\" x=\"";
    put(out_, at.x);
    out_ += "\" y=\"";
    put(out_, at.y);
    out_ += "\">" + escape_html(label) + "</text>\n";
}

std::string Picture::finish() && {
    return std::move(out_) + "</svg>\n";
}

void draw_panel(Picture& picture, const Panel& panel) {
    const Scale y = panel.scale();
    const auto count = static_cast<std::size_t>(std::max(panel.height / 44, 3.0));
    for (const ValueTick& tick :
         value_ticks(panel.range.low, panel.range.high, count, panel.labels)) {
        const double at = y(tick.value);
        picture.line("grid", {kMarginLeft, at}, {kPictureWidth - kMarginRight, at});
        picture.text("tick", {kMarginLeft - 8, at + 4}, Anchor::End, tick.label);
    }
    picture.text("panel", {kMarginLeft, panel.top - 8}, Anchor::Start, panel.title);
}

double time_x(Timestamp time, Timestamp first, Timestamp last) {
    const double share =
        static_cast<double>(time.minus(first)) / static_cast<double>(last.minus(first));
    return kMarginLeft + share * (kPictureWidth - kMarginLeft - kMarginRight);
}

void draw_time_axis(Picture& picture, Timestamp first, Timestamp last, double top, double bottom) {
    for (const TimeTick& tick : time_ticks(first, last, 12)) {
        const double x = time_x(tick.time, first, last);
        picture.line(tick.is_major ? "grid major" : "grid", {x, top}, {x, bottom});
        picture.text(
            tick.is_major ? "tick major" : "tick", {x, bottom + 17}, Anchor::Middle, tick.label);
    }
    picture.line("axis", {kMarginLeft, bottom}, {kPictureWidth - kMarginRight, bottom});
}

}  // namespace tradectl::backtest::page
