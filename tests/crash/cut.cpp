#include "host/base/hex.hpp"
#include "tests/crash/oracle.hpp"
#include "tests/crash/proof.hpp"
#include "tests/crash/trace.hpp"

#include <algorithm>
#include <cstdlib>

namespace tradectl::crash {
namespace {

using Mask = std::vector<bool>;

constexpr std::size_t kExhaustiveMax = 16;  // of so many changes every subset is tried
constexpr std::size_t kPairsMax = 128;      // of so many, every pair lost and every pair kept
constexpr int kStampKinds = 6;

// The mask as hexadecimal digits, a nibble for four changes.
std::string text_of(const Mask& mask) {
    std::string text;
    for (std::size_t i = 0; i < mask.size(); i += 4) {
        unsigned nibble = 0;
        for (std::size_t bit = 0; bit < 4 && i + bit < mask.size(); ++bit)
            nibble |= mask[i + bit] ? 1u << bit : 0;
        text += "0123456789abcdef"[nibble];
    }
    return text.empty() ? "-" : text;
}

Mask mask_of(const std::string& text, std::size_t size) {
    Mask mask(size);
    for (std::size_t i = 0; i < size && i / 4 < text.size(); ++i) {
        const char digit = text[i / 4];
        const unsigned nibble =
            static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        mask[i] = (nibble >> (i % 4) & 1) != 0;
    }
    return mask;
}

// What became of the marks that the stamp file never synced: none of them, all, all but the last
// one or two, the last one torn in the middle, or one slot old and one new.
void apply_stamp(const std::vector<Pending>& marks, int kind, Changes& changes) {
    const std::size_t count = marks.size();
    std::size_t whole = count;
    if (kind == 0) whole = 0;
    if (kind == 2 || kind == 4) whole = count - std::min<std::size_t>(count, 1);
    if (kind == 3) whole = count - std::min<std::size_t>(count, 2);
    for (std::size_t i = 0; i < whole; ++i) {
        if (kind == 5 && i + 4 > count && i % 2 == 0) continue;
        TraceWalk::apply(marks[i], changes);
    }
    if (kind != 4 || count == 0) return;
    Pending torn = marks.back();
    torn.count /= 2;
    TraceWalk::apply(torn, changes);
}

/// Looks at the states behind one call.
class CutPoint {
  public:
    CutPoint(Proof& proof, const Script& script, TraceWalk& walk)
        : proof_(proof),
          script_(script),
          walk_(walk),
          promised_(script.promised_at(walk.position())) {}

    [[nodiscard]] std::size_t size() const { return walk_.pending().size(); }

    void look(const Mask& mask, int stamp) {
        Changes changes(walk_.image());
        apply_stamp(walk_.apart_writes(), stamp, changes);
        for (std::size_t i = 0; i < mask.size(); ++i) {
            if (mask[i]) TraceWalk::apply(walk_.pending()[i], changes);
        }
        ImageDisk disk(walk_.image());
        const auto failure = check_nothing_lost(disk, script_, promised_);
        proof_.count_lazily(failure, [&] { return name(mask, stamp); });
    }
    /// The same, and goes on with the log; then once more after a cut inside of that.
    void look_and_restart(const Mask& mask, int stamp) {
        std::unique_ptr<Disk> copy;
        {
            Changes changes(walk_.image());
            apply_stamp(walk_.apart_writes(), stamp, changes);
            for (std::size_t i = 0; i < mask.size(); ++i) {
                if (mask[i]) TraceWalk::apply(walk_.pending()[i], changes);
            }
            copy = copy_of(walk_.image());
        }
        const auto failure = check_restart(*copy, script_, promised_);
        proof_.count_lazily(failure, [&] { return name(mask, stamp); });
    }

    void look_if_wanted(const Mask& mask, int stamp) {
        if (proof_.wants_next()) look(mask, stamp);
    }

    void look_at_all_subsets() {
        for (std::uint32_t bits = 0; bits < 1u << size(); ++bits) {
            Mask mask(size());
            for (std::size_t i = 0; i < size(); ++i)
                mask[i] = (bits >> i & 1) != 0;
            look_if_wanted(mask, static_cast<int>(bits % kStampKinds));
        }
    }
    /// Nothing or everything survives but one change, or but two.
    void look_at_singles_and_pairs() {
        for (const bool kept : {false, true}) {
            Mask mask(size(), kept);
            for (std::size_t i = 0; i < size(); ++i) {
                mask[i] = !kept;
                look_if_wanted(mask, static_cast<int>(i % kStampKinds));
                for (std::size_t j = i + 1; size() <= kPairsMax && j < size(); ++j) {
                    mask[j] = !kept;
                    look_if_wanted(mask, static_cast<int>(j % kStampKinds));
                    mask[j] = kept;
                }
                mask[i] = kept;
            }
        }
    }
    [[nodiscard]] Mask random_mask(SeededRandom& random) const {
        Mask mask(size());
        // Few lost, few kept, or half of them.
        const std::uint64_t share = 1 + random.below(15);
        for (std::size_t i = 0; i < mask.size(); ++i)
            mask[i] = random.below(16) < share;
        return mask;
    }

  private:
    [[nodiscard]] std::string name(const Mask& mask, int stamp) const {
        return "cut:" + script_.name + ":" + std::to_string(walk_.position()) + ":" +
               std::to_string(stamp) + ":" + text_of(mask);
    }

    Proof& proof_;
    const Script& script_;
    TraceWalk& walk_;
    std::uint64_t promised_;
};

}  // namespace

void prove_required_cuts(Proof& proof, const Script& script) {
    TraceWalk walk(script.steps, "/ack");
    SeededRandom random(proof.seed());
    while (walk.next() && !proof.failed()) {
        CutPoint point(proof, script, walk);
        for (int stamp = 0; stamp < kStampKinds; ++stamp) {
            point.look(Mask(point.size(), false), stamp);
            point.look(Mask(point.size(), true), stamp);
        }
        point.look_and_restart(Mask(point.size(), true), 1);
        point.look_and_restart(point.random_mask(random), 1);
        if (point.size() <= kExhaustiveMax) {
            point.look_at_all_subsets();
        } else {
            point.look_at_singles_and_pairs();
        }
    }
}

void prove_random_cuts(Proof& proof, const std::vector<Script>& scripts) {
    SeededRandom random(proof.seed() + 1);
    // A tenth of what is wanted is random, also when the required states were more.
    const std::uint64_t least = proof.states() + proof.states_max() / 10;
    std::size_t round = 0;
    while (!proof.failed() && (!proof.enough() || proof.states() < least)) {
        const Script& script = scripts[round++ % scripts.size()];
        TraceWalk walk(script.steps, "/ack");
        while (walk.next() && !proof.failed()) {
            CutPoint point(proof, script, walk);
            for (int i = 0; i < 8; ++i) {
                point.look(point.random_mask(random), static_cast<int>(random.below(kStampKinds)));
            }
        }
    }
}

bool replay_cut(Proof& proof, const std::vector<Script>& scripts) {
    std::vector<std::string> parts;
    std::string rest = proof.replay();
    for (std::size_t colon; (colon = rest.find(':')) != std::string::npos; rest.erase(0, colon + 1))
        parts.push_back(rest.substr(0, colon));
    if (parts.size() != 4 || parts[0] != "cut") return false;
    for (const Script& script : scripts) {
        if (script.name != parts[1]) continue;
        TraceWalk walk(script.steps, "/ack");
        const std::size_t calls = std::strtoull(parts[2].c_str(), nullptr, 10);
        while (walk.position() < calls && walk.next()) {
        }
        CutPoint point(proof, script, walk);
        const Mask mask = mask_of(rest == "-" ? "" : rest, point.size());
        const int stamp = std::atoi(parts[3].c_str());
        point.look(mask, stamp);
        point.look_and_restart(mask, stamp);
        return true;
    }
    return false;
}

}  // namespace tradectl::crash
