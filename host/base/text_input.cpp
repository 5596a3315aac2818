#include "host/base/text_input.hpp"

#include "host/base/text_source.hpp"

#include <cstring>
#include <vector>

namespace tradectl {

namespace {
constexpr std::size_t kReadBytes = 65536;
}

struct TextInput::State {
    std::unique_ptr<TextSource> source;
    std::string path;
    std::size_t line_bytes_max;
    char line_end;
    std::vector<char> buffer;
    std::size_t begin = 0;    ///< first byte not handed out
    std::size_t scanned = 0;  ///< no line end stands before it
    std::size_t end = 0;      ///< behind the last byte read
    bool at_end = false;
    std::uint64_t line_number = 0;
    bool line_ended = true;
    std::optional<Error> failure;

    Expected<std::optional<std::string_view>> next();
    Status refill();
    Expected<std::optional<std::string_view>> hand_out(std::size_t line_stop,
                                                       std::size_t next_begin);
    Unexpected give_up(Error error) {
        failure = error;
        return fail(std::move(error));
    }
};

Expected<std::optional<std::string_view>> TextInput::State::next() {
    if (failure) return fail(*failure);
    while (true) {
        const void* found =
            scanned < end ? std::memchr(buffer.data() + scanned, line_end, end - scanned) : nullptr;
        if (found != nullptr) {
            const auto at =
                static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
            return hand_out(line_end == '\n' ? at : at + 1, at + 1);
        }
        scanned = end;
        if (end - begin > line_bytes_max + 1) return hand_out(end, end);  // refused there
        if (at_end) {
            if (begin == end) return std::optional<std::string_view>{};
            return hand_out(end, end);
        }
        if (auto done = refill(); !done) return give_up(done.error());
    }
}

/// Moves the unfinished line to the front and reads behind it.
Status TextInput::State::refill() {
    if (begin > 0) {
        std::memmove(buffer.data(), buffer.data() + begin, end - begin);
        end -= begin;
        scanned -= begin;
        begin = 0;
    }
    if (buffer.size() < end + kReadBytes) buffer.resize(end + kReadBytes);
    const auto count = source->read(std::span(buffer).subspan(end));
    if (!count) return fail(count.error());
    end += *count;
    at_end = *count == 0;
    return {};
}

Expected<std::optional<std::string_view>> TextInput::State::hand_out(std::size_t line_stop,
                                                                     std::size_t next_begin) {
    ++line_number;
    std::string_view line(buffer.data() + begin, line_stop - begin);
    if (line_end == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > line_bytes_max) {
        return give_up({ErrorCode::InvalidArgument,
                        path + ": line " + std::to_string(line_number) + ": longer than " +
                            std::to_string(line_bytes_max) + " bytes"});
    }
    line_ended = next_begin > begin && buffer[next_begin - 1] == line_end;
    begin = scanned = next_begin;
    return std::optional(line);
}

Expected<TextInput> TextInput::open(const std::string& path, Options options) {
    auto source = open_text_source(path, options.zip_member);
    if (!source) return fail(source.error());
    auto state = std::make_unique<State>();
    state->source = std::move(*source);
    if (options.read_ahead == ReadAhead::On)
        state->source = tradectl::read_ahead(std::move(state->source));
    state->line_end = options.line_end;
    state->path = path;
    state->line_bytes_max = options.line_bytes_max;
    return TextInput(std::move(state));
}

TextInput::TextInput(std::unique_ptr<State> state) : state_(std::move(state)) {}
TextInput::~TextInput() = default;
TextInput::TextInput(TextInput&&) noexcept = default;
TextInput& TextInput::operator=(TextInput&&) noexcept = default;

Expected<std::optional<std::string_view>> TextInput::next() {
    return state_->next();
}
std::uint64_t TextInput::line_number() const {
    return state_->line_number;
}
bool TextInput::line_ended() const {
    return state_->line_ended;
}
std::uint64_t TextInput::bytes_done() const {
    return state_->source->bytes_done();
}
std::uint64_t TextInput::bytes_all() const {
    return state_->source->bytes_all();
}
const std::string& TextInput::path() const {
    return state_->path;
}

}  // namespace tradectl
