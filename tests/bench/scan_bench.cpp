// The bound that an import is measured against: the same bytes, unpacked by the same library and
// looked at once. `scan_bench FILE [ZIP_MEMBER]` prints one line of JSON.
#include "host/base/text_source.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <vector>

using namespace tradectl;

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: scan_bench FILE [ZIP_MEMBER]\n");
        return 64;
    }
    constexpr std::size_t kReadBytes = 256 * 1024;
    const auto start = std::chrono::steady_clock::now();
    const auto source = open_text_source(argv[1], argc == 3 ? argv[2] : "");
    std::vector<char> buffer(kReadBytes);
    std::uint64_t bytes = 0, sum = 0, lines = 0;
    while (source) {
        const auto read = (*source)->read(buffer);
        if (!read) {
            std::fprintf(stderr, "scan_bench: %s\n", read.error().message.c_str());
            return 1;
        }
        if (*read == 0) break;
        for (std::size_t i = 0; i < *read; ++i) {
            sum += static_cast<unsigned char>(buffer[i]);
            lines += buffer[i] == '\n' ? 1U : 0U;
        }
        bytes += *read;
    }
    if (!source) {
        std::fprintf(stderr, "scan_bench: %s\n", source.error().message.c_str());
        return 1;
    }
    const auto took = (std::chrono::steady_clock::now() - start) / std::chrono::nanoseconds(1);
    std::printf("{\"bytes\": %" PRIu64 ", \"lines\": %" PRIu64 ", \"sum\": %" PRIu64
                ", \"ns\": %lld}\n",
                bytes,
                lines,
                sum,
                static_cast<long long>(took));
    return 0;
}
