/// From a posted JSON object to an order that the venue would take, or the reason why not.
#pragma once

#include "tests/venues/polymarket/typed_data.hpp"
#include "tests/venues/polymarket/world.hpp"

#include <string>

namespace polysim {

/// What stands in the request, with every member of the type the protocol gives it.
struct PostedOrder {
    SignedOrder order;
    Bytes signature;
    std::string owner;
    std::string type;
    std::string token;
    bool post_only = false;
    std::int64_t expiration_s = 0;
    Micro maker_amount = 0;
    Micro taker_amount = 0;
};

struct Refusal {
    int status = 0;  ///< 0: not refused
    std::string text;

    explicit operator bool() const { return status != 0; }
};

/// Nothing when a member is missing, superfluous, or of another type.
std::optional<PostedOrder> read_posted(const Json& posted);

/// Fills `order` from what was posted. Everything is checked that needs no book: owner, signer,
/// version, signature, wallet, amounts, tick, size, expiration, duplicate.
Refusal check_posted(World& world, const ApiKey& key, const PostedOrder& posted, Order& order);

/// Price and size in the signed amounts; nothing when no price on the grid of `tick` explains them.
struct Terms {
    Micro price;
    Micro size;
};
std::optional<Terms> limit_terms(Side side, Micro maker, Micro taker, Micro tick);
/// As market orders round: one amount cut to cents, the other cut down (or up) from it.
std::optional<Terms> market_terms(Side side, Micro maker, Micro taker, Micro tick);

}  // namespace polysim
