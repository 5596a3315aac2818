#include "host/net/recorder.hpp"

#include "host/base/base64.hpp"
#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "host/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace tradectl::net {

namespace {

constexpr std::string_view kHidden = "{{secret}}";
constexpr std::string_view kSuffix = ".jsonl";
constexpr std::size_t kDigits = 6;

constexpr std::array<std::string_view, 14> kHarmlessHeaders = {"accept",
                                                               "age",
                                                               "cache-control",
                                                               "connection",
                                                               "content-length",
                                                               "content-type",
                                                               "date",
                                                               "poly-ratelimit-remaining",
                                                               "retry-after",
                                                               "server",
                                                               "user-agent",
                                                               "poly-ratelimit-reset",
                                                               "poly-ratelimit-warning",
                                                               "sec-websocket-protocol"};
constexpr std::array<std::string_view, 13> kTellingParameters = {"api_key",
                                                                 "apikey",
                                                                 "key",
                                                                 "token",
                                                                 "access_token",
                                                                 "signature",
                                                                 "sig",
                                                                 "secret",
                                                                 "passphrase",
                                                                 "auth",
                                                                 "listenkey",
                                                                 "session",
                                                                 "password"};

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
    });
    return lower;
}

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), lower_case(name)) != names.end();
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t bytes = utf8_bytes(text);
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

/// The number in NAME-000001.jsonl; 0 for another file.
std::uint64_t number_of(std::string_view file, std::string_view name) {
    if (!file.starts_with(name) || !file.ends_with(kSuffix)) return 0;
    file.remove_prefix(name.size());
    file.remove_suffix(kSuffix.size());
    std::uint64_t number = 0;
    const auto read = std::from_chars(file.data(), file.data() + file.size(), number);
    return read.ec == std::errc() && read.ptr == file.data() + file.size() ? number : 0;
}

}  // namespace

Expected<std::unique_ptr<Recorder>> Recorder::open(Disk& disk,
                                                   const std::string& directory,
                                                   const std::string& name,
                                                   std::uint64_t file_bytes_max) {
    if (auto made = disk.make_directory(directory); !made) return fail(made.error());
    const auto files = disk.list(directory);
    if (!files) return fail(files.error());
    std::unique_ptr<Recorder> recorder(
        new Recorder(disk, directory + "/" + name + "-", file_bytes_max));
    for (const std::string& file : *files)
        recorder->number_ = std::max(recorder->number_, number_of(file, name + "-"));
    return recorder;
}

Recorder::Recorder(Disk& disk, std::string stem, std::uint64_t file_bytes_max)
    : disk_(disk), stem_(std::move(stem)), file_bytes_max_(file_bytes_max) {}
Recorder::~Recorder() = default;

void Recorder::hide(WipedText secret) {
    const auto is_it = [&](const WipedText& known) { return known.view() == secret.view(); };
    if (secret.empty() || std::any_of(secrets_.begin(), secrets_.end(), is_it)) return;
    secrets_.push_back(std::move(secret));
    // A secret that holds another goes first, or a part of it would stay.
    std::stable_sort(secrets_.begin(), secrets_.end(), [](const auto& a, const auto& b) {
        return a.size() > b.size();
    });
}

void Recorder::write(const Traffic& traffic) {
    if (is_broken_) return;
    if (auto written = append(line_of(traffic).dump() + "\n"); !written) {
        is_broken_ = true;
        log(LogLevel::Error, "net", "recording ends: " + written.error().message);
    }
}

std::string Recorder::without_secrets(std::string_view text) const {
    std::string clean(text);
    for (const WipedText& secret : secrets_) {
        for (std::size_t at = clean.find(secret.view()); at != std::string::npos;
             at = clean.find(secret.view(), at + kHidden.size()))
            clean.replace(at, secret.size(), kHidden);
    }
    return clean;
}

std::string Recorder::url_without_secrets(std::string_view url) const {
    std::string clean;
    while (!url.empty()) {
        const std::size_t end = std::min(url.find_first_of("?&"), url.size() - 1) + 1;
        const std::string_view part = url.substr(0, end);
        const std::size_t equals = part.find('=');
        if (equals != std::string_view::npos &&
            is_among(kTellingParameters, part.substr(0, equals))) {
            clean.append(part.substr(0, equals + 1)).append(kHidden);
            if (part.ends_with('&')) clean += '&';
        } else {
            clean.append(part);
        }
        url.remove_prefix(end);
    }
    return without_secrets(clean);
}

Json Recorder::line_of(const Traffic& traffic) const {
    Json line = Json::object();
    line.set("time", traffic.time.to_string());
    line.set("way", traffic.way == Traffic::Way::Sent ? "sent" : "received");
    line.set("what", traffic.what);
    line.set("id", std::to_string(traffic.id));
    if (!traffic.method.empty()) line.set("method", traffic.method);
    if (!traffic.url.empty()) line.set("url", url_without_secrets(traffic.url));
    if (traffic.status != 0) line.set("status", traffic.status);
    if (traffic.headers) {
        Json& headers = line.set("headers", Json::array());
        traffic.headers([&](std::string_view name, std::string_view value) {
            const bool harmless = is_among(kHarmlessHeaders, name);
            Json pair = Json::array();
            pair.push(valid_utf8(name));
            pair.push(harmless ? valid_utf8(without_secrets(value)) : std::string(kHidden));
            headers.push(std::move(pair));
        });
    }
    if (traffic.shows == Traffic::Body::LengthOnly) {
        line.set("bytes", traffic.body.size());
    } else if (!traffic.body.empty()) {
        const std::string body = without_secrets(traffic.body);
        if (is_utf8(body))
            line.set("text", body);
        else
            line.set("base64", to_base64(bytes_of(body)));
    }
    return line;
}

Status Recorder::append(const std::string& line) {
    if (!file_ || bytes_ + line.size() > file_bytes_max_) {
        std::string digits = std::to_string(++number_);
        digits.insert(0, digits.size() < kDigits ? kDigits - digits.size() : 0, '0');
        auto file = disk_.open(stem_ + digits + std::string(kSuffix),
                               {.write = true, .create = true, .exclusive = true});
        if (!file) return fail(file.error());
        file_ = std::move(*file);
        bytes_ = 0;
    }
    if (auto written = file_->write(bytes_, bytes_of(line)); !written) return written;
    bytes_ += line.size();
    return {};
}

}  // namespace tradectl::net
