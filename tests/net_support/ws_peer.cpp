#include "tests/net_support/ws_peer.hpp"

#include <array>
#include <cstdlib>
#include <vector>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <zlib.h>

namespace tradectl::net {

namespace {

std::string big_endian(std::uint64_t value, std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        text[bytes - 1 - i] = static_cast<char>(value >> (8 * i));
    return text;
}

std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// RFC 6455, 4.2.2.
std::string accept_key(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 64> coded{};
    const int size = EVP_EncodeBlock(coded.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(coded.data()), static_cast<std::size_t>(size)};
}

std::string header_of(const std::string& request, const std::string& name) {
    const std::size_t at = request.find(name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 2;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace

std::string bytes_of_frame(const WsFrame& frame) {
    const unsigned fin = frame.fin == WsFrame::Fin::Last ? 0x80 : 0;
    const unsigned mask = frame.mask == WsFrame::Mask::Key ? 0x80 : 0;
    const std::size_t size = frame.payload.size();
    std::string bytes(1, static_cast<char>(fin | frame.reserved << 4 | frame.opcode));
    if (size < 126) {
        bytes += static_cast<char>(mask | size);
    } else if (size < 65536) {
        bytes += static_cast<char>(mask | 126);
        bytes += big_endian(size, 2);
    } else {
        bytes += static_cast<char>(mask | 127);
        bytes += big_endian(size, 8);
    }
    if (mask != 0) bytes += std::string(4, '\0');  // a key that changes nothing
    return bytes + frame.payload;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    return big_endian(code, 2) + std::string(reason);
}

std::string deflated(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    std::vector<unsigned char> room(deflateBound(&stream, text.size()) + 16);
    stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<unsigned>(text.size());
    stream.next_out = room.data();
    stream.avail_out = static_cast<unsigned>(room.size());
    if (::deflate(&stream, Z_SYNC_FLUSH) != Z_OK) std::abort();
    const std::size_t size = room.size() - stream.avail_out - 4;  // without 00 00 ff ff
    deflateEnd(&stream);
    return {reinterpret_cast<const char*>(room.data()), size};
}

std::string WsPeer::shake(std::string_view headers) {
    if (!end_) return "";
    std::string request = end_->read_request();
    end_->write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        std::string(headers) + "Sec-WebSocket-Accept: " +
        accept_key(header_of(request, "Sec-WebSocket-Key")) + "\r\n\r\n");
    return request;
}

std::optional<WsFrame> WsPeer::read() {
    const std::string head = end_->read(2);
    if (head.size() < 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(head[0]);
    const auto second = static_cast<unsigned char>(head[1]);
    if ((second & 0x80) == 0) return std::nullopt;
    std::uint64_t size = second & 0x7f;
    if (size == 126) size = from_big_endian(end_->read(2));
    if (size == 127) size = from_big_endian(end_->read(8));
    const std::string key = end_->read(4);
    std::string payload = end_->read(size);
    if (key.size() < 4 || payload.size() < size) return std::nullopt;
    for (std::size_t i = 0; i < payload.size(); ++i)
        payload[i] = static_cast<char>(payload[i] ^ key[i % 4]);
    WsFrame frame;
    frame.opcode = first & 0x0f;
    frame.reserved = static_cast<std::uint8_t>((first >> 4) & 7);
    frame.fin = (first & 0x80) != 0 ? WsFrame::Fin::Last : WsFrame::Fin::More;
    frame.payload = std::move(payload);
    return frame;
}

std::uint16_t WsPeer::read_close() {
    while (auto frame = read()) {
        if (frame->opcode == WsFrame::kClose)
            return static_cast<std::uint16_t>(from_big_endian(frame->payload.substr(0, 2)));
    }
    return 0;
}

}  // namespace tradectl::net
