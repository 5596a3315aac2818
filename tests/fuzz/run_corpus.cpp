// Runs the files of a folder through a fuzz target, where libFuzzer does not: `fuzz_NAME FOLDER`.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 64;
    }
    std::error_code error;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1], error))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
        const auto* data = reinterpret_cast<const std::uint8_t*>(content.data());
        LLVMFuzzerTestOneInput(data, content.size());
        // What is cut somewhere must be refused as calmly.
        for (std::size_t cut = 1; cut < content.size(); cut += 1 + content.size() / 64)
            LLVMFuzzerTestOneInput(data, cut);
    }
    std::printf("%zu inputs\n", paths.size());
    return paths.empty() ? 1 : 0;
}
