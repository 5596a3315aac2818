/// The durable state of one exchange plugin: `<state>/plugins/<instance>/kv.db`.
#pragma once

#include "host/base/disk.hpp"
#include "host/exchange/kv_file.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::exchange {

/// One put; an empty value deletes.
struct KvPut {
    std::string key;
    std::vector<std::byte> value;
};

/// Writes puts to the database. One thread at a time. [any]
class KvWriter {
  public:
    virtual ~KvWriter() = default;
    /// One transaction; on the device when it returns.
    virtual Status commit(const std::vector<KvPut>& puts) = 0;
};

/// A writer's values are all in memory, with the database behind them. A reader's stay in the
/// database until they are asked for: what it is asked is little, and what is kept may be much.
/// [engine]
class KvStore {
  public:
    static constexpr std::size_t kKeyBytesMax = 255;
    static constexpr std::size_t kValueBytesMax = 61'440;

    /// For simulated runs: nothing is kept.
    static std::unique_ptr<KvStore> in_memory();
    /// Opens or makes the database and loads it. A new one keeps that it was made `now`, in the
    /// transaction that makes its table. Io, Corrupt, Permission, NoSpace.
    static Expected<std::unique_ptr<KvStore>> open(Disk& disk,
                                                   const std::string& path,
                                                   Timestamp now);
    /// Reads one moment of it, beside a live writer or not; no file means an empty store, as `open`
    /// would make it `now`. Puts are refused. `disk` must outlive it.
    static Expected<std::unique_ptr<KvStore>> open_read_only(Disk& disk,
                                                             const std::string& path,
                                                             Timestamp now);

    /// As open_read_only, but puts change the values in memory and are never written: for questions
    /// to a plugin whose book must not change.
    static Expected<std::unique_ptr<KvStore>> open_copy(Disk& disk,
                                                        const std::string& path,
                                                        Timestamp now);

    /// When it was made: it holds nothing of what was before. None: not known, since it is in
    /// memory alone or an earlier version made it.
    [[nodiscard]] Timestamp made() const { return made_; }

    /// Valid until the key is put. NotFound; for a reader what Statement::step says.
    [[nodiscard]] Expected<std::span<const std::byte>> get(std::string_view key);
    /// Walks keys with a prefix in byte order; `visit` returns false to stop, and may put. Errors
    /// as in `get`, before the first visit.
    Status each(std::string_view prefix,
                const std::function<bool(std::string_view, std::span<const std::byte>)>& visit);

    /// Changes the value in memory and stages it for the next commit. Quota when key or value are
    /// too long, BadState when the store is read-only.
    Status put(std::string_view key, std::span<const std::byte> value);
    [[nodiscard]] bool has_staged() const { return !staged_.empty(); }
    /// What the next commit must write. In memory: nothing is kept, and it is empty.
    [[nodiscard]] std::vector<KvPut> take_staged();
    /// Null when the store is in memory alone or read-only.
    [[nodiscard]] KvWriter* writer() { return writer_.get(); }

  private:
    enum class Mode { Memory, Durable, ReadOnly };
    explicit KvStore(Mode mode) : mode_(mode) {}

    Mode mode_;
    Timestamp made_ = Timestamp::none();
    KvValues values_;
    std::unique_ptr<KvFile> file_;  // of a reader
    std::vector<KvPut> staged_;
    std::unique_ptr<KvWriter> writer_;
};

}  // namespace tradectl::exchange
