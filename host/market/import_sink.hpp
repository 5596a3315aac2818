/// Where decoded records go: order, duplicates and statistics are looked at here, for all formats.
#pragma once

#include "host/market/book.hpp"
#include "host/market/data_writer.hpp"
#include "host/market/id_set.hpp"
#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradectl {
class TextPlace;
}

namespace tradectl::market {

/// Takes the records of one kind in the order of the input and writes the data file. A record that
/// may not be is refused with Corrupt and a reason without a place ("time goes back"); NoSpace and
/// Io come from the file. When it goes before `finish`, nothing is left of the file. [one thread]
class ImportSink {
    enum class Doubled : std::uint8_t { Keep, LeaveOut };

  public:
    /// Creates the output, which must not exist unless it may be replaced, nor be an input (Usage).
    /// `disk` and `options` must outlive the sink. `options.kind` says what it takes.
    static Expected<ImportSink> create(Disk& disk, const ImportOptions& options);

    Status add(const TradeRecord& trade);
    Status add(const QuoteRecord& quote);
    Status add(const BarRecord& bar);
    /// All levels of one event, bids first, as DataFileWriter::add wants them.
    Status add(std::span<const BookRecord> levels);

    /// Counts and adds records one after the other, until one is refused.
    template <typename Record>
    RowReader::Taken add_all(std::span<const Record> records);

    /// Length of bars, when the input tells it; before the first one.
    void set_interval(std::int64_t interval_ns);
    /// One more row or message was read; calls the progress now and then.
    void count_row() {
        if ((++report_.rows & kProgressMask) == 0) show_progress();
    }
    /// What is being read, for the progress and for places; null when nothing is. It must stay
    /// until it is replaced. `bytes_before` are those of the inputs before it.
    void set_input(const TextPlace* input, std::uint64_t bytes_before, std::uint64_t bytes_all);
    /// The venue's sequence has a hole before the row that is being read.
    void note_sequence_gap(std::uint64_t expected, std::uint64_t found);
    /// For what a format counts itself: `rows_left_out`, `capture`.
    [[nodiscard]] ImportReport& report() { return report_; }
    /// What the book events that were written make.
    [[nodiscard]] const Book& book() const { return book_; }

    /// Writes what is held back and the end of the file. Corrupt when no record came.
    [[nodiscard]] Expected<ImportReport> finish();

  private:
    static constexpr std::uint64_t kProgressMask = (1 << 16) - 1;

    ImportSink(const ImportOptions& options, DataFileWriter writer);
    /// Where a record that is held back was read.
    struct Place {
        std::uint32_t input = 0;  ///< in `paths_`
        std::uint64_t line = 0;   ///< 0: not known
    };
    template <typename Record>
    struct Held {
        Record record;
        Place place;
    };

    template <typename Record>
    Status take(const Record& record, std::vector<Held<Record>>& held);
    [[nodiscard]] Place place() const;
    [[nodiscard]] std::string text_of(const Place& place) const;
    Status write_held();
    template <typename Record>
    Status write_sorted(std::vector<Held<Record>>& held);
    Status write_sorted_events();
    const char* note_order(tradectl_time time);
    Status write(const TradeRecord& trade);
    Status write(const QuoteRecord& quote);
    Status write(const BarRecord& bar);
    Status write(std::span<const BookRecord> levels);
    /// Whether a record that came before is left out.
    Expected<Doubled> look_at_doubled(const char* what);
    void note_time(tradectl_time time);
    void note_event(std::span<const BookRecord> levels);
    void show_progress();

    const ImportOptions* options_;
    DataFileWriter writer_;
    ImportReport report_{};
    const TextPlace* input_ = nullptr;
    std::uint64_t bytes_before_ = 0;
    std::uint64_t bytes_all_ = 0;
    tradectl_time time_read_ = 0;  ///< highest of the input
    IdSet trade_ids_;              ///< only when doubled ones are not just counted
    QuoteRecord quote_last_{};
    BarRecord bar_last_{};
    std::vector<BookRecord> event_last_;
    Book book_{sequence_none};
    std::vector<std::uint64_t> event_room_;  ///< what `book_` takes in
    // Until all is read, when sorting.
    std::vector<Held<TradeRecord>> trades_;
    std::vector<Held<QuoteRecord>> quotes_;
    std::vector<Held<BarRecord>> bars_;
    std::vector<BookRecord> levels_;
    std::vector<Held<std::size_t>> events_;  // where they begin in `levels_`
    std::vector<std::string> paths_;         // of the inputs so far
    Place writing_;                          // of what is written now
};

}  // namespace tradectl::market
