/// Public test files that lie beside the source folder, packed: unpacked by tar for one test.
#pragma once

#include "tests/host/base/temporary_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl {

class Corpus {
  public:
    /// `archive` as "json-test-suite.tar.gz"; `found()` is false without it.
    explicit Corpus(const std::string& archive) {
        const std::string path =
            std::string(TRADECTL_SOURCE_DIR "/../shared/data/corpora/") + archive;
        if (::access(path.c_str(), R_OK) == 0) unpack(path);
    }
    [[nodiscard]] bool found() const { return found_; }

    /// The files below that folder, by path.
    [[nodiscard]] std::vector<std::filesystem::path> files(const std::string& folder) const {
        std::vector<std::filesystem::path> out;
        const std::filesystem::path root(directory_.file(folder));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            if (entry.is_regular_file()) out.push_back(entry.path());
        std::sort(out.begin(), out.end());
        return out;
    }

    [[nodiscard]] static std::string read(const std::filesystem::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

  private:
    void unpack(const std::string& path) {
        std::vector<std::string> words{"tar", "-xzf", path, "-C", directory_.path()};
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        pid_t child = -1;
        if (::posix_spawnp(&child, "tar", nullptr, nullptr, arguments.data(), environ) != 0) return;
        int status = -1;
        found_ = ::waitpid(child, &status, 0) == child && status == 0;
    }

    TemporaryDirectory directory_;
    bool found_ = false;
};

}  // namespace tradectl
