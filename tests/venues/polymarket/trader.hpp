/// A wallet that trades, for tests: signs as a client would.
#pragma once

#include "tests/venues/polymarket/typed_data.hpp"
#include "tests/venues/polymarket/venue.hpp"

namespace polysim {

/// What a trader wants; amounts follow from price and size unless they are given.
struct Wish {
    std::string token;
    Side side = Side::Buy;
    std::string price = "0.5";
    std::string size = "10";
    std::string type = "GTC";
    bool post_only = false;
    std::int64_t expiration_s = 0;
    Micro maker_amount = 0;
    Micro taker_amount = 0;
    int version = 2;
    bool neg_risk = false;
};

class Trader {
  public:
    /// `world` must outlive the trader. The wallet is `Word` filled with `number`.
    Trader(World& world, std::uint8_t number);

    const Address& address() const { return address_; }
    const ApiKey& key() const { return key_; }
    /// Funds the wallet and approves the exchanges.
    void fund(const std::string& collateral);
    void give(const std::string& token, const std::string& shares);
    /// Creates the API key with L1 headers.
    Response create_key();
    /// A request with L2 headers.
    Request request(const std::string& method,
                    const std::string& path,
                    const std::string& body = "",
                    const std::string& query = "") const;
    Response call(const std::string& method,
                  const std::string& path,
                  const std::string& body = "",
                  const std::string& query = "");
    /// The signed body of `POST /order`.
    Json signed_order(const Wish& wish);
    Response post(const Wish& wish);
    /// Posts and returns the order's id, empty when refused.
    std::string place(const Wish& wish);

  private:
    World& world_;
    Word secret_;
    Address address_;
    ApiKey key_;
    std::int64_t salt_ = 0;
};

/// Serves without faults in the delivery.
Response ask(World& world, const Request& request);
/// `POST /control/NAME`.
Json turn(World& world, const std::string& name, const Json& body);

}  // namespace polysim
