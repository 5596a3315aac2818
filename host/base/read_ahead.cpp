#include "host/base/text_source.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tradectl {
namespace {

constexpr std::size_t kBlocks = 8;
constexpr std::size_t kAheadBytes = 256 * 1024;

/// A ring of blocks between the thread that fills them and the reader that empties them. The
/// thread starts with the first read, so that files which wait for their turn cost nothing.
class ReadAheadSource final : public TextSource {
  public:
    explicit ReadAheadSource(std::unique_ptr<TextSource> source) : source_(std::move(source)) {}
    ReadAheadSource(const ReadAheadSource&) = delete;
    ReadAheadSource& operator=(const ReadAheadSource&) = delete;
    ~ReadAheadSource() override {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        room_.notify_one();
        if (thread_.joinable()) thread_.join();
    }

    Expected<std::size_t> read(std::span<char> out) override {
        if (!thread_.joinable()) thread_ = std::thread([this] { fill(); });
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return count_ > 0 || ended_; });
        if (count_ == 0) {
            if (error_) return fail(*error_);
            return std::size_t{0};
        }
        Block& block = blocks_[first_];
        lock.unlock();  // it is the reader's until `count_` goes down
        const std::size_t bytes = std::min(out.size(), block.size - taken_);
        std::memcpy(out.data(), block.bytes.data() + taken_, bytes);
        taken_ += bytes;
        if (taken_ < block.size) return bytes;
        taken_ = 0;
        lock.lock();
        first_ = (first_ + 1) % kBlocks;
        --count_;
        lock.unlock();
        room_.notify_one();
        return bytes;
    }
    std::uint64_t bytes_done() const override { return source_->bytes_done(); }
    std::uint64_t bytes_all() const override { return source_->bytes_all(); }

  private:
    struct Block {
        std::vector<char> bytes;
        std::size_t size = 0;
    };

    /// [the thread]
    void fill() {
        while (true) {
            std::unique_lock lock(mutex_);
            room_.wait(lock, [this] { return count_ < kBlocks || stopped_; });
            if (stopped_) return;
            Block& block = blocks_[(first_ + count_) % kBlocks];
            lock.unlock();
            const auto end = fill(block);
            lock.lock();
            if (block.size > 0) ++count_;
            if (!end) error_ = end.error();
            ended_ = !end || *end == End::Reached;
            const bool ended = ended_;
            lock.unlock();
            filled_.notify_one();
            if (ended) return;
        }
    }

    enum class End { Reached, NotYet };
    /// As much as goes in, so that the two threads meet seldom.
    Expected<End> fill(Block& block) {
        block.bytes.resize(kAheadBytes);
        block.size = 0;
        while (block.size < kAheadBytes) {
            const auto count = source_->read(std::span(block.bytes).subspan(block.size));
            if (!count) return fail(count.error());
            if (*count == 0) return End::Reached;
            block.size += *count;
        }
        return End::NotYet;
    }

    std::unique_ptr<TextSource> source_;  ///< the thread's, once it runs
    std::array<Block, kBlocks> blocks_;
    std::size_t taken_ = 0;  ///< of the first block; the reader's
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable filled_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    bool ended_ = false;
    bool stopped_ = false;
    std::optional<Error> error_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<TextSource> read_ahead(std::unique_ptr<TextSource> source) {
    return std::make_unique<ReadAheadSource>(std::move(source));
}

}  // namespace tradectl
