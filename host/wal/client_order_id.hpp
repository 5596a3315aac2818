/// The order id that we give to a venue: it proves that the intent behind it was ours.
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tradectl::wal {

inline constexpr std::size_t kClientOrderIdChars = 32;
inline constexpr std::uint64_t kOpIdMax = (std::uint64_t{1} << 48) - 1;
using InstallKey = std::array<std::byte, 32>;

/// 32 lower-case hexadecimal digits, most significant first: install id (16 bit), op id of the
/// trade_execute step (48 bit), epoch (16 bit), and the first 48 bits of HMAC-SHA-256 (RFC 2104,
/// FIPS 180-4) with the install key over the ten bytes before.
struct ClientOrderId {
    std::uint16_t install_id = 0;
    OpId op_id;
    std::uint16_t epoch = 0;
    std::uint64_t mac = 0;  ///< 48 bits

    bool operator==(const ClientOrderId&) const = default;
};

using ClientOrderIdText = std::array<char, kClientOrderIdChars>;

/// `op_id` is at most 48 bits.
[[nodiscard]] ClientOrderId make_client_order_id(std::uint16_t install_id,
                                                 OpId op_id,
                                                 std::uint16_t epoch,
                                                 const InstallKey& key);
[[nodiscard]] ClientOrderIdText to_text(const ClientOrderId& id);
/// Reads the form that `to_text` writes; dashes as in a UUID are allowed. InvalidArgument
/// otherwise, as for every id that somebody else made. Says nothing of the MAC.
Expected<ClientOrderId> parse_client_order_id(std::string_view text);
/// Whether the MAC was made with this key. Takes the same time for every wrong one.
[[nodiscard]] bool is_authentic(const ClientOrderId& id, const InstallKey& key);

}  // namespace tradectl::wal
