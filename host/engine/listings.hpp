/// Instruments that appear while a session runs: checked, kept, and told to strategies.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/scribe.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/trading.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Whether the instrument is not traded any more, by its TRADECTL_INSTRUMENT_ status.
[[nodiscard]] inline bool is_over(std::uint32_t status) {
    return status == TRADECTL_INSTRUMENT_CLOSED || status == TRADECTL_INSTRUMENT_RESOLVED;
}

/// An instrument's name at the exchange that mirrors its own: "X.paper" of "X.venue".
[[nodiscard]] std::string mirrored_name(std::string_view name,
                                        const std::string& venue,
                                        const std::string& mirror);

/// Adds the instruments of an exchange that mirrors another one, wherever they are missing: the
/// same with the mirror's name in the place of the venue's. Config.
Status add_mirrored(const config::Config& config, market::InstrumentTable& table);

/// Which exchange tells an instrument's market when the config's data do not say: its own venue
/// when that is reached, or the one that its venue mirrors.
[[nodiscard]] std::optional<std::uint32_t> feed_of(const Trading& trading,
                                                   const tradectl_instrument& instrument);

/// Market data of an instrument, asked of the exchange that tells it: by the handle that is that
/// exchange's own, when it has one.
[[nodiscard]] tradectl_subscription market_of(const Trading& trading,
                                              tradectl_instrument_handle handle,
                                              std::uint32_t exchange);

/// Adds instruments of earlier runs, as the ledger has them, to the table: those that are open, and
/// those closed ones that a position, an open order or an unsettled fill is in, or whose asset is
/// held. What the config
/// lists stays as the config has it. Returns those that were left out because they are over. Config
/// when one that is needed does not fit beside the config's; Corrupt.
Expected<std::vector<market::InstrumentSpec>> restore_instruments(ledger::Reader& reader,
                                                                  Trading& trading);

/// The same for who only asks, when there is a ledger. Errors as above.
Status know_instruments(Disk& disk, const StatePaths& paths, Trading& trading);

/// [engine] What it is made of must outlive it.
class Listings {
  public:
    Listings(Trading& trading, Scribe& scribe) : trading_(trading), scribe_(scribe) {}

    /// What an exchange's plugin asks for by abi/instruments.h, with that header's codes. Its
    /// record stands in the log before everything that follows from it.
    tradectl_status add(std::uint32_t exchange,
                        const tradectl_instrument& record,
                        tradectl_instrument_handle& out);
    /// What an exchange says of an instrument that is known: tick, limits, status.
    void hear(const tradectl_instrument_event& event);
    /// After the state was loaded: instruments of earlier runs that are over are forgotten, and
    /// there is place for as many more as the config allows.
    Status restore(ledger::Reader& reader);

    /// Tells strategies what is new since the last call, has its market followed, and mirrors take
    /// it in. Not from inside of a call into a plugin.
    void tell(class Pipeline& pipeline);
    /// At the start of strategies: each hears of all that it may trade, when more can come.
    void tell_all();
    [[nodiscard]] bool waiting() const { return !news_.empty() || !payouts_.empty(); }

  private:
    struct News {
        tradectl_instrument_handle handle = TRADECTL_HANDLE_NONE;
        std::uint32_t change = 0;  ///< TRADECTL_INSTRUMENT_LISTED ...
    };
    Expected<tradectl_instrument_handle> take(std::uint32_t exchange,
                                              const market::InstrumentSpec& spec);
    Expected<tradectl_instrument_handle> add_new(std::uint32_t exchange,
                                                 const market::InstrumentSpec& spec);
    Status update(tradectl_instrument_handle handle, const market::InstrumentSpec& spec);
    void keep(const tradectl_instrument& instrument);
    /// One that ended makes room for another; one that opens again takes it.
    void recount(const tradectl_instrument& instrument, std::uint32_t status_before);
    [[nodiscard]] tradectl_instrument_event event_of(tradectl_instrument_handle handle,
                                                     std::uint32_t change) const;
    void tell_of(StrategyRunner& runner, const News& news, std::uint16_t flags);
    void tell_payouts();

    Trading& trading_;
    Scribe& scribe_;
    std::vector<std::uint32_t> added_;           // by exchange: beside the config's, not over
    std::set<std::uint32_t> full_;               // exchanges whose limit was told
    std::set<tradectl_instrument_handle> kept_;  // those that are on record
    std::vector<News> news_;
    std::vector<tradectl_instrument_handle> payouts_;  // of mirrors, resolved, not told to them yet
};

}  // namespace tradectl::engine
