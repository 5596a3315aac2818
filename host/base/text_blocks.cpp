#include "host/base/text_blocks.hpp"

#include "host/base/assert.hpp"
#include "host/base/text_source.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace tradectl {
namespace {

/// Until a reader knows what to ask for, it looks at the lines alone.
constexpr std::size_t kFirstBlockBytes = std::size_t{16} << 10;

struct Slot {
    std::vector<char> bytes;
    std::size_t size = 0;
    std::unique_ptr<BlockWork> work;
    bool done = false;

    [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

}  // namespace

/// A ring of blocks. A block is filled by the stream's own thread, claimed by whoever works on it,
/// given to the reader and then free again; the counts of each are of all blocks since the start.
struct TextBlocks::Stream {
    std::unique_ptr<TextSource> source;  ///< the filling thread's, once it runs
    std::string path;
    Options options;
    std::vector<Slot> ring;
    std::vector<char> carry;  ///< begin of a line; the filling thread's
    std::thread thread;

    // Under BlockWorkers::Shared::mutex from here on.
    std::function<std::unique_ptr<BlockWork>()> make;
    std::size_t filled = 0;
    std::size_t claimed = 0;
    std::size_t given = 0;
    std::size_t freed = 0;
    std::size_t working = 0;
    bool ended = false;
    bool stopped = false;
    std::optional<Error> error;
    std::condition_variable room;

    Slot& slot(std::size_t block) { return ring[block % ring.size()]; }
    [[nodiscard]] bool has_unclaimed() const { return make && !stopped && claimed < filled; }

    Expected<bool> fill(Slot& slot, std::size_t block_bytes);
    std::size_t keep_whole_lines(Slot& slot);
};

struct BlockWorkers::Shared {
    unsigned jobs = 1;
    std::mutex mutex;
    std::condition_variable unclaimed;  ///< workers wait for it
    std::condition_variable ready;      ///< the reader waits for it
    std::vector<TextBlocks::Stream*> streams;
    bool stopped = false;
    std::vector<std::thread> threads;

    TextBlocks::Stream* stream_to_work_on();
    void work_on_one(TextBlocks::Stream& stream, std::unique_lock<std::mutex>& lock);
    void run();
    void fill(TextBlocks::Stream& stream);
};

/// Under the lock.
TextBlocks::Stream* BlockWorkers::Shared::stream_to_work_on() {
    const auto found = std::find_if(
        streams.begin(), streams.end(), [](const auto* stream) { return stream->has_unclaimed(); });
    return found == streams.end() ? nullptr : *found;
}

/// Takes the stream's next block; the lock is open while it works.
void BlockWorkers::Shared::work_on_one(TextBlocks::Stream& stream,
                                       std::unique_lock<std::mutex>& lock) {
    Slot& slot = stream.slot(stream.claimed++);
    ++stream.working;
    lock.unlock();
    if (slot.work == nullptr) slot.work = stream.make();
    slot.work->work(slot.text());
    lock.lock();
    slot.done = true;
    --stream.working;
    ready.notify_one();
}

/// [the workers]
void BlockWorkers::Shared::run() {
    std::unique_lock lock(mutex);
    while (true) {
        unclaimed.wait(lock, [this] { return stopped || stream_to_work_on() != nullptr; });
        if (stopped) return;
        work_on_one(*stream_to_work_on(), lock);
    }
}

/// [the stream's thread]
void BlockWorkers::Shared::fill(TextBlocks::Stream& stream) {
    std::size_t block_bytes = std::min(kFirstBlockBytes, stream.options.block_bytes);
    while (true) {
        std::unique_lock lock(mutex);
        stream.room.wait(lock, [&stream] {
            return stream.stopped || stream.filled - stream.freed < stream.ring.size();
        });
        if (stream.stopped) return;
        Slot& slot = stream.slot(stream.filled);
        lock.unlock();
        const auto more = stream.fill(slot, block_bytes);
        lock.lock();
        slot.done = false;
        if (slot.size > 0) ++stream.filled;
        if (!more) stream.error = more.error();
        stream.ended = !more || !*more;
        const bool ended = stream.ended;
        lock.unlock();
        unclaimed.notify_one();
        ready.notify_one();
        if (ended) return;
        block_bytes = stream.options.block_bytes;
    }
}

/// Reads until there are enough bytes, and a whole line; false at the end of the file.
Expected<bool> TextBlocks::Stream::fill(Slot& slot, std::size_t block_bytes) {
    slot.size = carry.size();
    std::size_t wanted = std::max(block_bytes, carry.size() + 1);
    if (slot.bytes.size() < wanted) slot.bytes.resize(wanted);
    std::copy(carry.begin(), carry.end(), slot.bytes.begin());
    carry.clear();
    while (true) {
        while (slot.size < wanted) {
            const auto count =
                source->read(std::span(slot.bytes).subspan(slot.size, wanted - slot.size));
            if (!count) {
                slot.size = keep_whole_lines(slot);
                return fail(count.error());
            }
            if (*count == 0) return false;
            slot.size += *count;
        }
        const std::size_t whole = keep_whole_lines(slot);
        if (whole > 0) {
            carry.assign(slot.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                         slot.bytes.begin() + static_cast<std::ptrdiff_t>(slot.size));
            slot.size = whole;
            return true;
        }
        // Two more bytes than allowed are too many with CR LF, too: the reader refuses them.
        if (slot.size > options.line_bytes_max + 2) return false;
        wanted = 2 * slot.size;
        slot.bytes.resize(std::max(slot.bytes.size(), wanted));
    }
}

/// Up to the last line end.
std::size_t TextBlocks::Stream::keep_whole_lines(Slot& slot) {
    const std::size_t at = slot.text().rfind(options.line_end);
    return at == std::string_view::npos ? 0 : at + 1;
}

BlockWorkers::BlockWorkers(unsigned jobs) : shared_(std::make_unique<Shared>()) {
    TRADECTL_ASSERT(jobs > 0);
    shared_->jobs = jobs;
    for (unsigned i = 1; i < jobs; ++i)
        shared_->threads.emplace_back([shared = shared_.get()] { shared->run(); });
}

BlockWorkers::~BlockWorkers() {
    {
        const std::lock_guard lock(shared_->mutex);
        TRADECTL_ASSERT(shared_->streams.empty());
        shared_->stopped = true;
    }
    shared_->unclaimed.notify_all();
    for (std::thread& thread : shared_->threads)
        thread.join();
}

Expected<TextBlocks> TextBlocks::open(const std::string& path,
                                      Options options,
                                      BlockWorkers& workers) {
    auto source = open_text_source(path, options.zip_member);
    if (!source) return fail(source.error());
    auto stream = std::make_unique<Stream>();
    stream->source = *std::move(source);
    stream->path = path;
    stream->options = std::move(options);
    return TextBlocks(std::move(stream), workers);
}

TextBlocks::TextBlocks(std::unique_ptr<Stream> stream, BlockWorkers& workers)
    : workers_(&workers), stream_(std::move(stream)) {}
TextBlocks::TextBlocks(TextBlocks&&) noexcept = default;

TextBlocks::~TextBlocks() {
    if (stream_ == nullptr || !stream_->thread.joinable()) return;
    auto& shared = *workers_->shared_;
    std::unique_lock lock(shared.mutex);
    stream_->stopped = true;  // nobody begins anything any more
    shared.ready.wait(lock, [this] { return stream_->working == 0; });
    std::erase(shared.streams, stream_.get());
    lock.unlock();
    stream_->room.notify_one();
    stream_->thread.join();
}

void TextBlocks::set_work(std::function<std::unique_ptr<BlockWork>()> make) {
    auto& shared = *workers_->shared_;
    {
        const std::lock_guard lock(shared.mutex);
        TRADECTL_ASSERT(!stream_->make);
        stream_->make = std::move(make);
        stream_->claimed = stream_->given;
    }
    shared.unclaimed.notify_all();
}

Expected<std::optional<TextBlocks::Block>> TextBlocks::next() {
    auto& shared = *workers_->shared_;
    Stream& stream = *stream_;
    std::unique_lock lock(shared.mutex);
    if (!stream.thread.joinable()) {
        stream.ring.resize(2 * std::size_t{shared.jobs} + 2);
        shared.streams.push_back(&stream);
        stream.thread = std::thread([&shared, &stream] { shared.fill(stream); });
    }
    stream.freed = stream.given;
    stream.room.notify_one();
    while (true) {
        const bool filled = stream.given < stream.filled;
        Slot& slot = stream.slot(stream.given);
        if (filled && (!stream.make || slot.done)) break;
        if (!filled && stream.ended) {
            if (stream.error) return fail(*stream.error);
            return std::optional<Block>{};
        }
        if (stream.has_unclaimed())
            shared.work_on_one(stream, lock);
        else
            shared.ready.wait(lock);
    }
    Slot& slot = stream.slot(stream.given++);
    return std::optional(Block{slot.text(), stream.make ? slot.work.get() : nullptr});
}

const std::string& TextBlocks::path() const {
    return stream_->path;
}
std::uint64_t TextBlocks::bytes_done() const {
    return stream_->source->bytes_done();
}
std::uint64_t TextBlocks::bytes_all() const {
    return stream_->source->bytes_all();
}

}  // namespace tradectl
