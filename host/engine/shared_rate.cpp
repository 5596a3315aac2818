#include "host/engine/shared_rate.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <thread>

namespace tradectl::engine {

namespace {

constexpr std::uint64_t kMagic = 0x31657461'72736474;  // "tdsrate1" as bytes, little-endian
constexpr std::int64_t kLockMs = 50;

/// As it stands in the file; every field is what it was written as on this machine.
struct Stored {
    std::uint64_t magic = kMagic;
    std::int64_t refilled = 0;
    std::int64_t nano_tokens = 0;
    std::int64_t day = 0;
    std::uint64_t orders_today = 0;
    std::uint64_t check = 0;  // of the fields before it

    [[nodiscard]] std::uint64_t expected_check() const {
        std::uint64_t sum = magic;
        for (const std::uint64_t field : {static_cast<std::uint64_t>(refilled),
                                          static_cast<std::uint64_t>(nano_tokens),
                                          static_cast<std::uint64_t>(day),
                                          orders_today})
            sum = (sum ^ field) * 0x9e3779b97f4a7c15;
        return sum;
    }
};
static_assert(sizeof(Stored) == 48);

/// Lets go of the lock when a call is over.
class Unlock {
  public:
    explicit Unlock(File& file) : file_(file) {}
    ~Unlock() { static_cast<void>(file_.lock(0, 1, File::Lock::None)); }
    Unlock(const Unlock&) = delete;

  private:
    File& file_;
};

bool has_room(const risk::RateState& state, const risk::RateLimit& limit) {
    if (limit.per_second != 0 && risk::available(state) < 1) return false;
    return limit.per_day == 0 || state.orders_today < limit.per_day;
}

}  // namespace

Expected<SharedRate> SharedRate::open(Disk& disk,
                                      const std::string& directory,
                                      const std::string& venue,
                                      const std::string& account) {
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    std::string name = venue + "," + account;
    for (char& c : name) {
        if (c == '/') c = '_';
    }
    auto file = disk.open(directory + "/" + name, {.write = true, .create = true});
    if (!file) return fail(file.error());
    return SharedRate(std::move(*file));
}

Status SharedRate::lock() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLockMs);
    for (;;) {
        auto locked = file_->lock(0, 1, File::Lock::Exclusive);
        if (locked || locked.error().code != ErrorCode::Locked) return locked;
        if (std::chrono::steady_clock::now() >= deadline) return locked;
        std::this_thread::yield();
    }
}

Expected<risk::RateState> SharedRate::read() {
    Stored stored;
    std::array<std::byte, sizeof(Stored)> bytes{};
    auto count = file_->read(0, bytes);
    if (!count) return fail(count.error());
    std::memcpy(&stored, bytes.data(), sizeof(stored));
    if (*count != sizeof(stored) || stored.magic != kMagic ||
        stored.check != stored.expected_check()) {
        return risk::RateState{};
    }
    return risk::RateState{.refilled = Timestamp{stored.refilled},
                           .nano_tokens = stored.nano_tokens,
                           .day = stored.day,
                           .orders_today = static_cast<std::uint32_t>(stored.orders_today)};
}

Status SharedRate::write(const risk::RateState& state) {
    Stored stored{.refilled = state.refilled.ns(),
                  .nano_tokens = state.nano_tokens,
                  .day = state.day,
                  .orders_today = state.orders_today};
    stored.check = stored.expected_check();
    return file_->write(0, std::as_bytes(std::span(&stored, 1)));
}

Expected<risk::RateState> SharedRate::look() {
    if (auto locked = lock(); !locked) return fail(locked.error());
    const Unlock unlock(*file_);
    return read();
}

Expected<std::optional<risk::RateState>> SharedRate::take(const risk::RateLimit& limit,
                                                          Timestamp now,
                                                          Want want) {
    if (auto locked = lock(); !locked) return fail(locked.error());
    const Unlock unlock(*file_);
    auto state = read();
    if (!state) return fail(state.error());
    if (want == Want::IfAllowed && !has_room(risk::advance(*state, limit, now), limit)) {
        return std::optional<risk::RateState>();
    }
    const risk::RateState after = risk::take(*state, limit, now);
    if (auto written = write(after); !written) return fail(written.error());
    return std::optional<risk::RateState>(after);
}

}  // namespace tradectl::engine
