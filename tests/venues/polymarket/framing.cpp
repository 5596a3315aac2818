#include "tests/venues/polymarket/framing.hpp"

#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr std::size_t kHeadMax = 65'536;
constexpr std::size_t kBodyMax = 4 << 20;
constexpr std::size_t kFrameMax = 4 << 20;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

bool read_head(std::string_view head, Request& out) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    if (first == line.npos || second <= first ||
        line.substr(second + 1).substr(0, 7) != "HTTP/1.") {
        return false;
    }
    out.method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const auto mark = target.find('?');
    out.path = target.substr(0, mark);
    if (mark != target.npos) out.query = target.substr(mark + 1);
    for (auto rest = head.substr(std::min(end + 2, head.size())); !rest.empty();) {
        const auto stop = std::min(rest.find("\r\n"), rest.size());
        const auto colon = rest.find(':');
        if (colon == rest.npos || colon > stop) return false;
        out.headers.emplace_back(rest.substr(0, colon),
                                 trimmed(rest.substr(colon + 1, stop - colon - 1)));
        rest.remove_prefix(std::min(stop + 2, rest.size()));
    }
    return true;
}

const char* reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 404: return "Not Found";
        case 425: return "Too Early";
        case 429: return "Too Many Requests";
        case 503: return "Service Unavailable";
        default: return status < 400 ? "OK" : "Error";
    }
}

}  // namespace

Cut take_request(std::string& in, Request& out) {
    const auto end = in.find("\r\n\r\n");
    if (end == in.npos) return in.size() > kHeadMax ? Cut::Broken : Cut::Partial;
    out = {};
    if (!read_head(std::string_view{in}.substr(0, end), out)) return Cut::Broken;
    if (!out.header("Transfer-Encoding").empty()) return Cut::Broken;
    const std::string length = out.header("Content-Length");
    const auto size = units_from(length.empty() ? "0" : length);
    if (!size || static_cast<std::size_t>(*size) > kBodyMax) return Cut::Broken;
    const std::size_t total = end + 4 + static_cast<std::size_t>(*size);
    if (in.size() < total) return Cut::Partial;
    out.body = in.substr(end + 4, total - end - 4);
    in.erase(0, total);
    return Cut::Whole;
}

std::string bytes_of(const Response& response) {
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + " " +
                      reason_of(response.status) +
                      "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
    for (const auto& [name, value] : response.headers)
        out += name + ": " + value + "\r\n";
    return out + "\r\n" + response.body;
}

std::optional<std::string> upgrade_answer(const Request& request) {
    const std::string key = request.header("Sec-WebSocket-Key");
    if (key.empty() || request.header("Sec-WebSocket-Version") != "13") return std::nullopt;
    std::string proof =
        to_base64_url(*from_hex("0x" + sha1_hex(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    std::replace(proof.begin(), proof.end(), '-', '+');
    std::replace(proof.begin(), proof.end(), '_', '/');
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           proof + "\r\n\r\n";
}

Cut take_frame(std::string& in, WsFrame& out) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(in[i]); };
    if (in.size() < 2) return Cut::Partial;
    if ((byte(0) & 0x70) != 0 || (byte(1) & 0x80) == 0) return Cut::Broken;
    std::size_t size = byte(1) & 0x7F;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (in.size() < 2 + wide + 4) return Cut::Partial;
    if (wide > 0) {
        size = 0;
        for (std::size_t i = 0; i < wide; ++i)
            size = size << 8 | byte(2 + i);
    }
    if (size > kFrameMax) return Cut::Broken;
    const std::size_t start = 2 + wide + 4;
    if (in.size() < start + size) return Cut::Partial;
    out.opcode = byte(0) & 0x0F;
    out.last = (byte(0) & 0x80) != 0;
    out.payload = in.substr(start, size);
    for (std::size_t i = 0; i < size; ++i) {
        out.payload[i] = static_cast<char>(out.payload[i] ^ in[start - 4 + i % 4]);
    }
    in.erase(0, start + size);
    return Cut::Whole;
}

std::string bytes_of(const WsFrame& frame) {
    const std::size_t size = frame.payload.size();
    std::string out(1, static_cast<char>((frame.last ? 0x80 : 0) | frame.opcode));
    const std::size_t wide = size < 126 ? 0 : size < 65'536 ? 2 : 8;
    out += static_cast<char>(wide == 0 ? size : wide == 2 ? 126 : 127);
    for (std::size_t i = wide; i > 0; --i)
        out += static_cast<char>(size >> (8 * (i - 1)) & 0xFF);
    return out + frame.payload;
}

}  // namespace polysim
