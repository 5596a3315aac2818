/// Which handle of the host is which market and account of the venue.
#pragma once

#include "store.hpp"
#include "venue.hpp"

#include <tradectl/host.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::paper {

/// Markets follow the host's instruments of this venue; one that only the store knows is closed.
/// `venue` and `host` must outlive the directory. [engine]
class Directory final : public Names {
  public:
    Directory(Venue& venue, const Host& host, std::string_view venue_name)
        : venue_(venue), host_(host), venue_name_(venue_name) {}

    /// Adds a market that the store knows, closed until the host lists it.
    void add_stored_market(std::string_view name, const MarketRecord& record);
    /// Takes over the host's instruments, also later, when some were added or changed. Returns the
    /// markets that are new or not what they were.
    std::vector<MarketIndex> refresh_markets();
    /// Opens an account, and remembers the host's handle for its name.
    AccountIndex add_account(std::string_view name);

    /// `kNoIndex` for a handle that is not this venue's.
    [[nodiscard]] MarketIndex market(InstrumentHandle handle) const {
        return handle < markets_.size() ? markets_[handle] : kNoIndex;
    }
    [[nodiscard]] AccountIndex account(AccountHandle handle) const;
    /// `kNoHandle` for what the host does not know.
    [[nodiscard]] InstrumentHandle instrument_handle(MarketIndex market) const;
    [[nodiscard]] AccountHandle account_handle(AccountIndex account) const;
    [[nodiscard]] AssetHandle asset_handle(AssetIndex asset) const;

    [[nodiscard]] std::string_view market_name(MarketIndex index) const override;
    [[nodiscard]] std::string_view account_name(AccountIndex index) const override;
    [[nodiscard]] MarketIndex market_named(std::string_view name) const override;
    [[nodiscard]] AccountIndex account_named(std::string_view name) const override;

  private:
    MarketIndex add(Listing listing);
    [[nodiscard]] MarketIndex list(const Instrument& instrument);
    [[nodiscard]] bool is_as_seen(const Instrument& instrument);

    Venue& venue_;
    const Host& host_;
    std::string_view venue_name_;
    std::map<std::string, MarketIndex, std::less<>> by_name_;
    std::vector<tradectl_instrument> seen_;         ///< by the host's handle
    std::vector<MarketIndex> markets_;              ///< by the host's handle
    std::vector<InstrumentHandle> market_handles_;  ///< by market
    std::vector<AccountHandle> account_handles_;    ///< by account
};

}  // namespace tradectl::paper
