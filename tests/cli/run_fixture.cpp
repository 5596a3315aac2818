#include "tests/cli/run_fixture.hpp"

#include <array>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

constexpr const char* kFolders =
    "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
    "/plugins, " TRADECTL_BINARY_DIR "/zoo]}\nwal: {segment: 64KiB}\n";
constexpr const char* kMarket =
    "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 300}}]\n";

}  // namespace

FileLock::FileLock(const std::string& path) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe(ready.data()), 0);
    child_ = ::fork();
    if (child_ == 0) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        struct flock range {};
        range.l_type = F_WRLCK;
        range.l_whence = SEEK_SET;
        range.l_len = 1;
        const char answer = ::fcntl(fd, F_OFD_SETLK, &range) == 0 ? 'y' : 'n';
        static_cast<void>(!::write(ready[1], &answer, 1));
        ::pause();
        ::_exit(0);
    }
    char answer = 'n';
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(ready[1]);
    pipe_ = ready[0];
}

FileLock::~FileLock() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    ::close(pipe_);
}

std::string RunFixture::good_config() {
    return std::string("name: run-test\nmode: backtest\nseed: 7\n") + kFolders +
           "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"100000\"}}}]\n" +
           kMarket +
           "strategies: [{name: m, plugin: momentum, instruments: [BTC-USD.x], settings: "
           "{lookback: 20, threshold: \"0.0005\"}}]\n";
}

std::string RunFixture::scripted_config(const std::string& step, const std::string& script) {
    return std::string("name: run-test\nmode: backtest\nseed: 7\n") + kFolders +
           "exchanges: [{name: x, plugin: scripted_exchange, settings: {script: " + script +
           ", balances: {USD: \"100000\", BTC: \"10\"}}}]\n" + kMarket +
           "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
           "{steps: [\"" +
           step + "\"]}}]\n";
}

std::string RunFixture::zoo_config(const std::string& name) {
    std::string text = good_config();
    text.resize(text.find("strategies:"));
    return text + "strategies: [{name: " + name +
           ", plugin: strategy, instruments: [BTC-USD.x]}]\n";
}

std::string RunFixture::many_rows() {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += std::to_string(i) + "," + std::to_string(100 + i % 7) + ",1,1," +
                std::to_string(1499865549590 + i * 137) + ",True\n";
    }
    return text;
}

ChildResult RunFixture::run_config(const std::string& text, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"run", folder_.write("run.yaml", text)};
    words.insert(words.end(), more.begin(), more.end());
    return run_tradectl(words, {.environment = {{"XDG_DATA_HOME", folder_.file("data")}}});
}

ChildResult RunFixture::run_with_plugin(const std::string& path) {
    std::string text = good_config();
    const std::string from = "plugin: momentum";
    text.replace(text.find(from), from.size(), "plugin: " TRADECTL_BINARY_DIR "/" + path);
    return run_config(text);
}

ChildResult RunFixture::import_file(const std::string& path) {
    return run_tradectl(
        {"data", "import", path, "--out", folder_.file("out.tdat"), "--instrument", "BTC-USD.x"});
}

void RunFixture::expect_refused(const ChildResult& result,
                                int exit_status,
                                const std::vector<std::string>& words) {
    EXPECT_EQ(result.exit_status, exit_status) << result.err << result.out;
    for (const auto& word : words)
        EXPECT_NE(result.err.find(word), std::string::npos) << word << " is not in: " << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_.file("out.tdat")) && exit_status == 65 &&
                 words.front() != "out.tdat");
}

}  // namespace tradectl::cli
