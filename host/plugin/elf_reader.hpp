/// Reads a shared library's file without loading it: no code of it runs.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tradectl::plugin {

/// A little-endian 64-bit ELF shared object (System V ABI, gABI 4.1) in memory that must outlive
/// it. The content may be hostile: every offset is checked before it is followed. [any]
class ElfReader {
  public:
    /// InvalidArgument when it is not such a file or its tables reach outside of it.
    static Expected<ElfReader> open(std::span<const std::byte> file);

    /// The first `bytes` bytes, as they stand in the file, of a defined dynamic data symbol that is
    /// at least that long. NotFound when there is no such symbol, InvalidArgument when it points
    /// outside of the file's data or is too short.
    [[nodiscard]] Expected<std::span<const std::byte>> symbol(std::string_view name,
                                                              std::size_t bytes) const;
    /// The content of a section. NotFound, or InvalidArgument when it reaches outside of the file.
    [[nodiscard]] Expected<std::span<const std::byte>> section(std::string_view name) const;

  private:
    struct Section {
        std::uint32_t name;
        std::uint32_t type;
        std::uint64_t offset;
        std::uint64_t bytes;
        std::uint32_t link;
        std::uint64_t entry_bytes;
    };
    struct Table {
        std::uint64_t offset;
        std::uint64_t entry_bytes;
        std::uint64_t count;
    };

    explicit ElfReader(std::span<const std::byte> file) : file_(file) {}
    [[nodiscard]] Expected<Section> section_at(std::uint64_t index) const;
    [[nodiscard]] Expected<std::span<const std::byte>> content(const Section& section) const;
    [[nodiscard]] Expected<std::span<const std::byte>> loaded(std::uint64_t address,
                                                              std::size_t bytes) const;

    std::span<const std::byte> file_;
    Table sections_{};
    Table segments_{};
    std::uint64_t names_index_ = 0;
};

}  // namespace tradectl::plugin
