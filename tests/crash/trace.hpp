/// A recorded run of disk calls, walked call by call: what a power cut behind each of them finds.
#pragma once

#include "host/base/faulty_disk.hpp"
#include "tests/crash/image.hpp"

#include <functional>
#include <span>

namespace tradectl::crash {

/// One change that no sync covers yet: a sector of a write, a size, or a name.
struct Pending {
    const DiskStep* step = nullptr;
    std::uint64_t offset = 0;  ///< Write: of the part, in the file
    std::size_t count = 0;     ///< Write: bytes of it
};

/// Walks a trace. `image` holds what is on the device for certain, `pending` what may be, in the
/// order of the calls.
class TraceWalk {
  public:
    /// `steps` must outlive the walk. Writes to files whose path ends in `apart` are kept out of
    /// `pending`: `apart_writes` has them.
    TraceWalk(std::span<const DiskStep> steps, std::string apart);

    /// Takes the next call; false at the end.
    bool next();
    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] Image& image() { return image_; }
    [[nodiscard]] const std::vector<Pending>& pending() const { return pending_; }
    /// Unsynced writes to the file that is kept apart.
    [[nodiscard]] const std::vector<Pending>& apart_writes() const { return apart_writes_; }

    static void apply(const Pending& change, Changes& changes);

  private:
    void take(const DiskStep& step);
    void take_write(const DiskStep& step);
    /// Moves pending changes that `covered` names to the image, in order.
    void settle(const std::function<bool(const DiskStep&)>& covered);
    void settle_in(std::vector<Pending>& list, const std::function<bool(const DiskStep&)>& covered);
    void apply_for_good(const Pending& change);

    std::span<const DiskStep> steps_;
    std::string apart_;
    std::size_t position_ = 0;
    Image image_;
    std::vector<Pending> pending_;
    std::vector<Pending> apart_writes_;
};

}  // namespace tradectl::crash
