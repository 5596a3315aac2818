// A compressed segment file: any bytes.
#include "host/base/zstd_file.hpp"

#include <cstdint>

using namespace tradectl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto disk = make_memory_disk();
    auto file = disk->open("/f", {.write = true, .create = true});
    const std::span content(reinterpret_cast<const std::byte*>(data), size);
    static_cast<void>((*file)->write(0, content));
    auto opened = open_zstd_file(std::move(*file), "/f");
    if (!opened) return 0;
    std::vector<std::byte> out(4096);
    for (std::uint64_t at = 0; at < (1u << 20); at += 100'000)
        static_cast<void>((*opened)->read(at, out));
    return 0;
}
