#include "host/plugin/elf_reader.hpp"

#include <cstring>
#include <string>
#include <type_traits>

#include <elf.h>

namespace tradectl::plugin {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kHostMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kHostMachine = EM_AARCH64;
#else
#error "tradectl runs on x86-64 and AArch64"
#endif

Unexpected broken(std::string_view what) {
    return fail(ErrorCode::InvalidArgument, "elf: " + std::string(what));
}

bool fits(std::span<const std::byte> file, std::uint64_t offset, std::uint64_t bytes) {
    return offset <= file.size() && bytes <= file.size() - offset;
}

/// A struct at an offset that has been checked; copied, for it need not be aligned.
template <typename T>
T copy_at(std::span<const std::byte> file, std::uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, file.data() + offset, sizeof(T));
    return value;
}

bool text_is(std::span<const std::byte> texts, std::uint64_t offset, std::string_view name) {
    if (!fits(texts, offset, name.size() + 1)) return false;
    const auto* text = reinterpret_cast<const char*>(texts.data() + offset);
    return std::memcmp(text, name.data(), name.size()) == 0 && text[name.size()] == '\0';
}

/// Whether the file begins as a shared object for this machine does.
Status check_identity(const Elf64_Ehdr& header) {
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return broken("not an elf file");
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
        return broken("not a 64-bit little-endian file");
    if (header.e_type != ET_DYN) return broken("not a shared object");
    if (header.e_machine != kHostMachine) {
        return broken("made for machine " + std::to_string(header.e_machine) + ", this is " +
                      std::to_string(kHostMachine));
    }
    return {};
}

}  // namespace

Expected<ElfReader> ElfReader::open(std::span<const std::byte> file) {
    if (!fits(file, 0, sizeof(Elf64_Ehdr))) return broken("not an elf file");
    const auto header = copy_at<Elf64_Ehdr>(file, 0);
    if (auto done = check_identity(header); !done) return fail(done.error());

    ElfReader reader(file);
    reader.segments_ = {header.e_phoff, header.e_phentsize, header.e_phnum};
    reader.sections_ = {header.e_shoff, header.e_shentsize, header.e_shnum};
    reader.names_index_ = header.e_shstrndx;
    const auto table_fits = [&](const Table& table, std::size_t entry_bytes_min) {
        // 16-bit counts and entry sizes: the product cannot overflow.
        return table.count == 0 || (table.entry_bytes >= entry_bytes_min &&
                                    fits(file, table.offset, table.count * table.entry_bytes));
    };
    if (!table_fits(reader.segments_, sizeof(Elf64_Phdr)))
        return broken("program headers reach outside of the file");
    if (!table_fits(reader.sections_, sizeof(Elf64_Shdr)))
        return broken("section headers reach outside of the file");
    return reader;
}

Expected<ElfReader::Section> ElfReader::section_at(std::uint64_t index) const {
    if (index >= sections_.count)
        return broken("section " + std::to_string(index) + " does not exist");
    const auto raw = copy_at<Elf64_Shdr>(file_, sections_.offset + index * sections_.entry_bytes);
    return Section{
        raw.sh_name, raw.sh_type, raw.sh_offset, raw.sh_size, raw.sh_link, raw.sh_entsize};
}

Expected<std::span<const std::byte>> ElfReader::content(const Section& section) const {
    if (section.type == SHT_NOBITS || !fits(file_, section.offset, section.bytes))
        return broken("a section reaches outside of the file");
    return file_.subspan(section.offset, section.bytes);
}

Expected<std::span<const std::byte>> ElfReader::section(std::string_view name) const {
    const auto names = section_at(names_index_);
    if (!names) return fail(ErrorCode::NotFound, "elf: no section names");
    const auto texts = content(*names);
    if (!texts) return texts;
    for (std::uint64_t i = 0; i < sections_.count; ++i) {
        const auto section = section_at(i);
        if (section && text_is(*texts, section->name, name)) return content(*section);
    }
    return fail(ErrorCode::NotFound, "elf: no section " + std::string(name));
}

Expected<std::span<const std::byte>> ElfReader::symbol(std::string_view name,
                                                       std::size_t bytes) const {
    for (std::uint64_t i = 0; i < sections_.count; ++i) {
        const auto table = section_at(i);
        if (!table || table->type != SHT_DYNSYM || table->entry_bytes < sizeof(Elf64_Sym)) continue;
        const auto entries = content(*table);
        if (!entries) return entries;
        const auto names = section_at(table->link);
        if (!names) return fail(names.error());
        const auto texts = content(*names);
        if (!texts) return texts;
        for (std::uint64_t k = 0; k < entries->size() / table->entry_bytes; ++k) {
            const auto entry = copy_at<Elf64_Sym>(*entries, k * table->entry_bytes);
            if (entry.st_shndx == SHN_UNDEF || !text_is(*texts, entry.st_name, name)) continue;
            if (entry.st_size < bytes)
                return broken("symbol " + std::string(name) + " has " +
                              std::to_string(entry.st_size) + " bytes, needs " +
                              std::to_string(bytes));
            return loaded(entry.st_value, bytes);
        }
    }
    return fail(ErrorCode::NotFound, "elf: no symbol " + std::string(name));
}

Expected<std::span<const std::byte>> ElfReader::loaded(std::uint64_t address,
                                                       std::size_t bytes) const {
    for (std::uint64_t i = 0; i < segments_.count; ++i) {
        const auto segment =
            copy_at<Elf64_Phdr>(file_, segments_.offset + i * segments_.entry_bytes);
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
        const std::uint64_t within = address - segment.p_vaddr;
        if (within > segment.p_filesz || bytes > segment.p_filesz - within) continue;
        if (!fits(file_, segment.p_offset, segment.p_filesz))
            return broken("a segment reaches outside of the file");
        return file_.subspan(segment.p_offset + within, bytes);
    }
    return broken("a symbol points outside of the file's data");
}

}  // namespace tradectl::plugin
