/// What went over the wire, without secrets, for whoever wants to replay it. File format:
/// tradectl-recording(5).
#pragma once

#include "host/net/wiped_text.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {
class Disk;
class File;
class Json;
}  // namespace tradectl

namespace tradectl::net {

/// One thing sent or received. Views: valid during the call that takes it.
struct Traffic {
    Timestamp time;
    std::string_view what;  ///< "request", "answer", "failure", "open", "message", "close"
    enum class Way : std::uint8_t { Sent, Received } way = Way::Sent;
    std::uint64_t id = 0;
    std::string_view method = {};
    std::string_view url = {};
    int status = 0;
    /// Calls its argument with each header.
    std::function<void(const std::function<void(std::string_view, std::string_view)>&)> headers =
        {};
    std::string_view body = {};
    enum class Body : std::uint8_t { Whole, LengthOnly } shows = Body::Whole;
};

/// Writes JSON lines to NAME-000001.jsonl and so on, a new file when one is full. Of headers those
/// keep their values that are known to be harmless; hidden texts and the values of query parameters
/// with telling names are replaced by "{{secret}}". A failure of the disk is logged once and ends
/// the recording, never the trading. [io]
class Recorder {
  public:
    /// Goes on behind the files that are there. Io and its kin when the directory cannot be made.
    static Expected<std::unique_ptr<Recorder>> open(Disk& disk,
                                                    const std::string& directory,
                                                    const std::string& name,
                                                    std::uint64_t file_bytes_max);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void hide(WipedText secret);
    void write(const Traffic& traffic);

  private:
    Recorder(Disk& disk, std::string stem, std::uint64_t file_bytes_max);
    [[nodiscard]] std::string without_secrets(std::string_view text) const;
    [[nodiscard]] std::string url_without_secrets(std::string_view url) const;
    [[nodiscard]] Json line_of(const Traffic& traffic) const;
    Status append(const std::string& line);

    Disk& disk_;
    std::string stem_;
    std::uint64_t file_bytes_max_;
    std::uint64_t number_ = 0;
    std::unique_ptr<File> file_;
    std::uint64_t bytes_ = 0;
    bool is_broken_ = false;
    std::vector<WipedText> secrets_;
};

}  // namespace tradectl::net
