/// Lines of a text file that may be compressed, in blocks on which several threads work.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl {

/// What is made of a block of lines. Blocks come one after the other, each on any thread.
class BlockWork {
  public:
    virtual ~BlockWork() = default;
    /// Takes whole lines with their ends; the last line of a file may have none. `text` stays
    /// where it is until the reader asks for the block after it.
    virtual void work(std::string_view text) = 0;
};

/// The threads that work on the blocks of all files of one reader, which helps them while it waits.
class BlockWorkers {
  public:
    /// `jobs` is how many threads work on blocks, the reader's own one counted: above 0.
    explicit BlockWorkers(unsigned jobs);
    BlockWorkers(const BlockWorkers&) = delete;
    BlockWorkers& operator=(const BlockWorkers&) = delete;
    ~BlockWorkers();

  private:
    friend class TextBlocks;
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

/// One file, cut at line ends. A thread of its own reads and unpacks it and stays a few blocks
/// ahead, so that memory is bounded by jobs and by the size of a block, or of a line that is
/// longer. [one thread, the same for all files of a BlockWorkers]
class TextBlocks {
  public:
    struct Options {
        std::size_t block_bytes = std::size_t{64} << 10;
        std::size_t line_bytes_max = 65536;  ///< a line over it may be cut: it is the last one then
        char line_end = '\n';
        std::string zip_member;  ///< empty: the only one
    };
    struct Block {
        std::string_view text;
        BlockWork* work = nullptr;  ///< null: none was asked for when the block's turn came
    };

    /// What TextInput::open says. `workers` must outlive it. Nothing is read before `next`.
    static Expected<TextBlocks> open(const std::string& path,
                                     Options options,
                                     BlockWorkers& workers);
    TextBlocks(TextBlocks&&) noexcept;
    TextBlocks& operator=(TextBlocks&&) = delete;
    ~TextBlocks();

    /// From the next block on, work is done with what `make` gives, which may be called on any
    /// thread. Once for a file.
    void set_work(std::function<std::unique_ptr<BlockWork>()> make);
    /// The next block, valid until the next call; nothing at the end. The first one is small.
    /// Corrupt or Io, behind the last whole line before the damage.
    Expected<std::optional<Block>> next();

    [[nodiscard]] const std::string& path() const;
    /// Bytes of the file that were read so far, and all, as they are on disk; 0 when that is not
    /// known.
    [[nodiscard]] std::uint64_t bytes_done() const;
    [[nodiscard]] std::uint64_t bytes_all() const;

  private:
    friend class BlockWorkers;
    struct Stream;
    TextBlocks(std::unique_ptr<Stream> stream, BlockWorkers& workers);

    BlockWorkers* workers_;
    std::unique_ptr<Stream> stream_;
};

/// Goes over the lines of a block.
class BlockLines {
  public:
    BlockLines(std::string_view text, char line_end) : rest_(text), line_end_(line_end) {}

    /// The next line: LF and a CR before it are taken off, any other end stays. False at the end.
    bool next(std::string_view& line) {
        if (rest_.empty()) return false;
        const std::size_t at = rest_.find(line_end_);
        ended_ = at != std::string_view::npos;
        const std::size_t bytes = ended_ ? at + 1 : rest_.size();
        line = rest_.substr(0, line_end_ == '\n' && ended_ ? at : bytes);
        if (line_end_ == '\n' && line.ends_with('\r')) line.remove_suffix(1);
        rest_.remove_prefix(bytes);
        return true;
    }
    /// Whether the line that `next` gave last had its end.
    [[nodiscard]] bool ended() const { return ended_; }
    /// What stands behind that line.
    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
    char line_end_;
    bool ended_ = true;
};

}  // namespace tradectl
