#include "host/backtest/sweep_book.hpp"

#include "host/backtest/sweep_plan.hpp"

#include <cmath>
#include <limits>

namespace tradectl::backtest {

Expected<std::unique_ptr<SweepBook>> SweepBook::open(Disk& disk,
                                                     const std::string& directory,
                                                     const Json& head,
                                                     std::string rank,
                                                     std::int64_t lock_wait_ns) {
    std::unique_ptr<SweepBook> book(new SweepBook(std::move(rank)));
    const auto seen = [&](const Json& line, std::uint64_t offset) -> Status {
        // What the machine's state alone made fail is tried again.
        return line.find("retry") != nullptr ? Status() : book->note(line, offset);
    };
    auto file = SweepFile::open(disk, directory, head, seen, lock_wait_ns);
    if (!file) return fail(file.error());
    book->file_ = std::make_shared<SweepFile>(std::move(*file));
    return book;
}

Status SweepBook::add(const Json& line) {
    const auto offset = file_->append(line);
    return offset ? note(line, *offset) : Status(fail(offset.error()));
}

Status SweepBook::note(const Json& line, std::uint64_t offset) {
    const Json* job = line.find("job");
    const Json* point = line.find("point");
    if (job == nullptr || point == nullptr || !job->as_integer() || !point->as_integer())
        return fail(ErrorCode::Corrupt, "no job or point number");
    const auto error = line.find_text("error");
    const auto number = static_cast<std::uint64_t>(*job->as_integer());
    SweepPoint& entry = jobs_[number];
    if (entry.failed) --failed_;
    entry = {.point = static_cast<std::uint64_t>(*point->as_integer()),
             .line = offset,
             .rank = figure_in(line, rank_).value_or(std::numeric_limits<double>::quiet_NaN()),
             .failed = error.has_value()};
    if (!error) return {};
    ++failed_;
    if (number <= first_error_.first) first_error_ = {number, std::string(*error)};
    return {};
}

const SweepPoint* SweepBook::find(std::uint64_t job) const {
    const auto found = jobs_.find(job);
    return found == jobs_.end() ? nullptr : &found->second;
}

Expected<Json> SweepBook::line_of(const SweepPoint& point) const {
    return file_->read(point.line);
}

bool ranks_before(const SweepPoint& a, const SweepPoint& b, bool lower_is_better) {
    if (a.failed != b.failed) return b.failed;
    const bool a_has = !std::isnan(a.rank);
    const bool b_has = !std::isnan(b.rank);
    if (a_has != b_has) return a_has;
    if (a_has && a.rank != b.rank) return (a.rank < b.rank) == lower_is_better;
    return a.point < b.point;
}

}  // namespace tradectl::backtest
