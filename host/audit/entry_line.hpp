/// Writes canonical JSON: no blanks, keys in the order of the calls, nothing for what is not known.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::audit {

/// How much of a text goes into an entry, in bytes.
struct TextLimits {
    std::size_t name_bytes = 512;
    std::size_t text_bytes = 8192;
};

/// One object under construction in `out`. Keys are plain words of ours. [any]
class EntryLine {
  public:
    EntryLine(std::string& out, TextLimits limits) : out_(out), limits_(limits) { out_ = "{"; }

    /// Left out when empty. Longer ones than the limit are cut at a character and followed by
    /// "... sha256:" and the digest of the whole.
    EntryLine& name(std::string_view key, std::string_view value);
    EntryLine& text(std::string_view key, std::string_view value);
    /// Left out when null.
    EntryLine& decimal(std::string_view key, Decimal value);
    EntryLine& number(std::string_view key, std::uint64_t value);
    /// Left out when 0.
    EntryLine& number_if(std::string_view key, std::uint64_t value);
    EntryLine& boolean(std::string_view key, bool value);
    /// UTC to the microsecond, cut off; left out when none.
    EntryLine& time(std::string_view key, Timestamp value);

    EntryLine& begin_object(std::string_view key);
    EntryLine& begin_list(std::string_view key);
    EntryLine& begin_item();
    EntryLine& end_object();
    EntryLine& end_list();
    void finish() { out_ += '}'; }

  private:
    void key(std::string_view key);
    void quoted(std::string_view value, std::size_t bytes_max);
    void escaped(std::string_view value);

    std::string& out_;
    TextLimits limits_;
};

}  // namespace tradectl::audit
