// The bound that a replay is measured against: one call into a shared library for each record of a
// mapped data file. `replay_bench straight|decoded DATA_FILE LIBRARY` prints one line of JSON.
//
//   straight   the record's address, as it lies in the file, nothing checked
//   decoded    what FileSource makes of it: blocks checked, events built, then the call
#include "host/market/data_file.hpp"
#include "host/market/source.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <dlfcn.h>

using namespace tradectl;

namespace {

using Take = std::uint64_t (*)(const void* record);

constexpr std::size_t kReadEventsMax = 256;

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "replay_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}

Take load_sink(const char* path) {
    void* library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* symbol = library != nullptr ? ::dlsym(library, "bench_take") : nullptr;
    if (symbol != nullptr) return reinterpret_cast<Take>(symbol);
    std::fprintf(stderr, "replay_bench: %s\n", ::dlerror());
    std::exit(1);
}

std::uint64_t straight(const market::DataFile& file, Take take) {
    const std::uint64_t count = file.size();
    for (std::uint64_t i = 0; i < count; ++i)
        take(file.record(i));
    return count;
}

std::uint64_t decoded(std::shared_ptr<const market::DataFile> file, Take take) {
    market::FileSource source(std::move(file), 0, 0);
    EventBuffer events;
    std::uint64_t count = 0;
    do {
        events.clear();
        must(source.read(Timestamp{INT64_MAX}, kReadEventsMax, events));
        events.each([&](const tradectl_event& event) { take(&event); });
        count += events.count();
    } while (!events.empty());
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: replay_bench straight|decoded DATA_FILE LIBRARY\n");
        return 64;
    }
    const Take take = load_sink(argv[3]);
    auto file = must(market::DataFile::open(argv[2]));
    const std::int64_t start = now_ns();
    const std::uint64_t events =
        std::string(argv[1]) == "straight" ? straight(*file, take) : decoded(file, take);
    const std::int64_t took = now_ns() - start;
    std::printf("{\"events\": %" PRIu64 ", \"records\": %" PRIu64 ", \"ns\": %" PRId64 "}\n",
                events,
                file->size(),
                took);
    return 0;
}
