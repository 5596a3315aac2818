/// Numbers seen so far, in little memory when they mostly count up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradectl::market {

/// Keeps runs of numbers, sixteen bytes each; ids that count up by one make one run. It keeps at
/// most `runs_max` runs and forgets the lower half of them when there are more. [any]
class IdSet {
  public:
    explicit IdSet(std::size_t runs_max = 4'000'000) : runs_max_(runs_max) {}

    /// False when the number was there already.
    bool add(std::uint64_t id) {
        if (runs_.empty() || id > runs_.back().last) {
            if (!runs_.empty() && id == runs_.back().last + 1)
                ++runs_.back().last;
            else
                push({id, id});
            return true;
        }
        return insert(id);
    }
    [[nodiscard]] std::size_t runs() const { return runs_.size(); }

  private:
    struct Run {
        std::uint64_t first;
        std::uint64_t last;
    };
    void push(Run run);
    bool insert(std::uint64_t id);

    std::vector<Run> runs_;  ///< ascending, never touching
    std::size_t runs_max_;
};

}  // namespace tradectl::market
