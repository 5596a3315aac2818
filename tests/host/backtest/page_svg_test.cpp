#include "host/backtest/page_svg.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::backtest::page {
namespace {

const double kNan = std::nan("");

std::string text_of(const std::vector<Point>& points) {
    std::string out;
    for (const Point& point : points)
        out += "(" + std::to_string(static_cast<int>(point.x * 10)) + " " +
               std::to_string(static_cast<int>(point.y)) + ")";
    return out;
}

TEST(Thin, KeepsFirstLowestHighestAndLastOfAColumn) {
    EXPECT_EQ(text_of(thin({{1.0, 5}, {1.1, 9}, {1.2, 7}, {1.3, 1}, {1.4, 6}, {2.0, 3}})),
              "(10 5)(11 9)(13 1)(14 6)(20 3)");
}

TEST(Thin, LeavesAFewPointsAsTheyAre) {
    EXPECT_TRUE(thin({}).empty());
    EXPECT_EQ(text_of(thin({{0, 1}, {5, 2}, {9, 1}})), "(0 1)(50 2)(90 1)");
}

TEST(Thin, IsBoundedByTheWidth) {
    std::vector<Point> points;
    for (int i = 0; i < 100'000; ++i)
        points.push_back({i * 0.01, static_cast<double>((i * 7919) % 1000)});
    const auto few = thin(points);
    EXPECT_LE(few.size(), 4'000U);
    EXPECT_GE(few.size(), 2'000U);
}

TEST(Thin, EndsAtAnXThatIsNoNumber) {
    EXPECT_EQ(text_of(thin({{0, 1}, {kNan, 2}, {3, 4}})), "(0 1)");
}

TEST(ThinToOne, KeepsTheEdge) {
    const std::vector<Point> points{{1.0, 5}, {1.1, 9}, {1.3, 1}, {1.4, 6}, {2.0, 3}};
    EXPECT_EQ(text_of(thin_to_one(points, OfColumn::Last)), "(14 6)(20 3)");
    EXPECT_EQ(text_of(thin_to_one(points, OfColumn::Lowest)), "(10 9)(20 3)");  // y points down
    EXPECT_EQ(text_of(thin_to_one(points, OfColumn::Highest)), "(10 1)(20 3)");
    EXPECT_EQ(text_of(thin_to_one({{1, kNan}, {1.1, 4}}, OfColumn::Highest)), "(11 4)");
}

TEST(LinePath, StepsBetweenRoundedPoints) {
    EXPECT_EQ(line_path({{1, 2}, {2.25, 1.5}, {3, 1.5}}), "M1 2l1.3 -0.5l0.7 0");
    EXPECT_EQ(line_path({}), "");
    EXPECT_EQ(line_path({{0.04, -0.04}}), "M0 0");
}

TEST(LinePath, AddsNoErrorUp) {
    std::vector<Point> points;
    for (int i = 0; i <= 1000; ++i)
        points.push_back({i * 0.333, 0});
    double x = 0;
    std::string path = line_path(points);
    for (std::size_t at = path.find('l'); at != std::string::npos; at = path.find('l', at + 1))
        x += std::stod(path.substr(at + 1));
    EXPECT_NEAR(x, 333, 0.06);
}

TEST(LinePath, HasAGapWhereAPointIsNoNumber) {
    EXPECT_EQ(line_path({{1, 2}, {kNan, 3}, {4, 5}, {6, kNan}}), "M1 2M4 5");
    EXPECT_EQ(line_path({{0, std::numeric_limits<double>::infinity()}}), "");
}

TEST(AreaPath, GoesBackAlongItsBase) {
    EXPECT_EQ(area_path({{1, 2}, {2, 3}, {4, 1}}, 10), "M1 2l1 1l2 -2l0 9l-3 0Z");
    EXPECT_EQ(area_path({}, 10), "");
}

TEST(BandPath, GoesThereAndBack) {
    EXPECT_EQ(band_path({{0, 9}, {5, 8}}, {{0, 1}, {5, 2}}), "M0 9l5 -1l0 -6l-5 -1Z");
}

TEST(MarkPath, DrawsOneOfThoseThatCoverEachOther) {
    const std::string one = mark_path(Mark::LongEntry, {{100, 100}});
    EXPECT_EQ(one, "M100 100m0 2l5 9h-10z");
    EXPECT_EQ(mark_path(Mark::LongEntry, {{100, 100}, {100.5, 100.5}, {kNan, 1}}), one);
    EXPECT_GT(mark_path(Mark::LongEntry, {{100, 100}, {120, 100}}).size(), one.size());
}

TEST(MarkPath, HasAShapeForEachMark) {
    for (const MarkSize size : {MarkSize::Normal, MarkSize::Small})
        for (const Mark a : {Mark::LongEntry, Mark::LongExit, Mark::ShortEntry, Mark::ShortExit})
            for (const Mark b : {Mark::LongEntry, Mark::LongExit, Mark::ShortEntry})
                EXPECT_EQ(mark_path(a, {{0, 0}}, size) == mark_path(b, {{0, 0}}, size), a == b);
}

TEST(Picture, EscapesItsLabels) {
    Picture picture(10, 20, "k\"ind", "a <title>");
    picture.text("tick", {1, 2}, Anchor::End, "<b>");
    picture.path("bar", "M0 0", "<i>");
    EXPECT_EQ(std::move(picture).finish(),
              "<svg viewBox=\"0 0 10 20\" role=\"img\" aria-label=\"a &lt;title&gt;\" "
              "tabindex=\"0\" data-kind=\"k&quot;ind\">\n"
              "<text class=\"tick end\" x=\"1\" y=\"2\">&lt;b&gt;</text>\n"
              "<path class=\"bar\" d=\"M0 0\"><title>&lt;i&gt;</title></path>\n</svg>\n");
}

TEST(Picture, LeavesOutWhatIsNotThere) {
    Picture picture(10, 20, "", "t");
    picture.path("line", "");
    picture.line("grid", {kNan, 0}, {1, 0});
    picture.text("tick", {kNan, 2}, Anchor::Start, "x");
    const std::string svg = std::move(picture).finish();
    EXPECT_EQ(svg.find("<text"), std::string::npos);
    EXPECT_EQ(svg.find("line"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::backtest::page
