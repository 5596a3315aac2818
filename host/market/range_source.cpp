#include "host/market/range_source.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::market {
namespace {
constexpr std::size_t kDropEvents = 4096;
}  // namespace

RangeSource::RangeSource(std::unique_ptr<Source> under,
                         std::optional<Timestamp> from,
                         std::optional<Timestamp> until)
    : under_(std::move(under)), from_(from), until_(until) {}

void RangeSource::drop_early() {
    if (!from_) return;
    const Timestamp limit = from_->plus_ns(-1);
    EventBuffer dropped;
    for (auto next = under_->next_time(); next && *next <= limit; next = under_->next_time()) {
        dropped.clear();
        auto count = under_->read(limit, kDropEvents, dropped);
        if (!count) {
            failure_ = count.error();
            break;
        }
    }
    from_.reset();
}

std::optional<Timestamp> RangeSource::next_time() {
    drop_early();
    if (failure_) return std::nullopt;
    const auto next = under_->next_time();
    if (next && until_ && *next >= *until_) return std::nullopt;
    return next;
}

Expected<std::size_t> RangeSource::read(Timestamp limit, std::size_t events_max, EventBuffer& out) {
    drop_early();
    if (failure_) return fail(*failure_);
    const auto next = under_->next_time();
    if (next && until_ && *next >= *until_) return 0;
    if (until_) limit = std::min(limit, until_->plus_ns(-1));
    return under_->read(limit, events_max, out);
}

}  // namespace tradectl::market
