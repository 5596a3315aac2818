/// The durable state of one exchange plugin: `<state>/plugins/<instance>/kv.db`.
#pragma once

#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

/// All values in memory, and a writer behind them unless the store is in memory alone or read-only.
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
    /// Loads it in one read transaction, beside a live writer or not; no file means an empty store,
    /// as `open` would make it `now`. Puts are refused.
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

    [[nodiscard]] std::optional<std::span<const std::byte>> get(std::string_view key) const;
    /// Walks keys with a prefix in byte order; `visit` returns false to stop, and may put.
    void each(std::string_view prefix,
              const std::function<bool(std::string_view, std::span<const std::byte>)>& visit) const;

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
    std::map<std::string, std::vector<std::byte>, std::less<>> values_;
    std::vector<KvPut> staged_;
    std::unique_ptr<KvWriter> writer_;
};

}  // namespace tradectl::exchange
