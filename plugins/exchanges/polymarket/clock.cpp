// The part of Polymarket that knows the venue's clock.
#include "polymarket.hpp"
#include "timers.hpp"

#include <cstdlib>

namespace tradectl::polymarket {

namespace {
/// What whole seconds and a loaded network cannot tell apart from none.
constexpr std::int64_t kUncertainNs = kNsPerSecond;
}  // namespace

Task<Status> Polymarket::read_clock() {
    const Timestamp asked = now();
    const Call call{.target = clob_url("/time")};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto seconds = json ? json->as_integer() : Expected<std::int64_t>(fail(json.error()));
    if (!seconds) co_return fail(seconds.error().code, "/time: " + seconds.error().message);
    const Timestamp told = time_of_number(*seconds);
    if (told.is_none())
        co_return fail(ErrorCode::InvalidArgument, "/time: no time: " + std::to_string(*seconds));
    const Timestamp answered = now();
    const Timestamp middle = asked.plus_ns(answered.minus(asked) / 2);
    // The venue tells whole seconds: the truth is half a second later on average.
    const std::int64_t offset = told.plus_ns(kNsPerSecond / 2).minus(middle);
    // A slow answer tells it to half of its time: within that the old one stands.
    const std::int64_t half = answered.minus(asked) / 2;
    const std::int64_t moved = std::abs(offset - clock_offset_ns_);
    if (half <= kUncertainNs || moved > half) take_clock(offset);
    co_return Status{};
}

void Polymarket::take_clock(std::int64_t offset_ns) {
    const auto is_off = [](std::int64_t ns) { return ns > kUncertainNs || ns < -kUncertainNs; };
    const bool was_off = is_off(clock_offset_ns_);
    const bool moved = is_off(offset_ns - clock_offset_ns_);
    clock_offset_ns_ = is_off(offset_ns) ? offset_ns : 0;
    if (is_off(offset_ns) && (!was_off || moved))
        log(LogLevel::Warning,
            clock_words() + "; requests carry the venue's time" +
                (is_clock_bad()
                     ? ", and no order that adds risk leaves: clock_skew_max is " +
                           std::to_string(*settings.timing.skew_max / kNsPerMillisecond) + " ms"
                     : std::string()));
    if (!is_off(offset_ns) && was_off) log(LogLevel::Info, "our clock agrees with the venue's");
}

bool Polymarket::is_clock_bad() const {
    const std::int64_t most = *settings.timing.skew_max;
    return clock_offset_ns_ > most || clock_offset_ns_ < -most;
}

std::string Polymarket::clock_words() const {
    const std::int64_t ms = clock_offset_ns_ / kNsPerMillisecond;
    return "our clock is off: the venue's is " + std::to_string(ms < 0 ? -ms : ms) + " ms " +
           (ms < 0 ? "behind" : "ahead of") + " it";
}

Task<Status> Polymarket::keep_clock() {
    set_timer_in(kClockTimer, *settings.timing.clock_interval);
    if (const Status read = co_await read_clock(); !read) note("clock", read.error().message);
    co_return Status{};
}

}  // namespace tradectl::polymarket
