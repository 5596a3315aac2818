/// The plugins of tests/zoo, and a host that remembers what they say.
#pragma once

#include "host/plugin/host_services.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tradectl::plugin {

inline std::string zoo_file(const std::string& name) {
    return TRADECTL_BINARY_DIR "/zoo/" + name + ".so";
}

/// Serves strategies and exchanges; nothing is listed, everything is remembered.
class RecordingHost : public ExchangeServices {
  public:
    Timestamp now() override { return Timestamp{1234}; }
    void log(LogLevel, std::string_view text) override { lines.emplace_back(text); }
    void wake() override { ++wakes; }
    tradectl_status emit(const tradectl_command& command) override {
        commands.push_back(command.type);
        return TRADECTL_OK;
    }
    tradectl_status find_instrument(std::string_view, tradectl_instrument_handle&) override {
        return TRADECTL_NOT_FOUND;
    }
    const tradectl_instrument* instrument(tradectl_instrument_handle) override { return nullptr; }
    tradectl_status find_asset(std::string_view, tradectl_asset_handle&) override {
        return TRADECTL_NOT_FOUND;
    }
    tradectl_status find_account(std::string_view, tradectl_account_handle&) override {
        return TRADECTL_NOT_FOUND;
    }
    std::uint64_t next_order_ref() override { return 77; }
    std::uint64_t random() override { return 4; }
    tradectl_status kv_get(std::string_view, std::span<const std::uint8_t>&) override {
        return TRADECTL_NOT_FOUND;
    }
    tradectl_status kv_each(std::string_view, const KvVisitor& visit) override {
        visit("key", {});
        return TRADECTL_OK;
    }
    tradectl_status complete(const tradectl_completion& completion) override {
        completions.push_back(completion);
        return TRADECTL_OK;
    }
    tradectl_status publish(const tradectl_event&) override { return TRADECTL_OK; }
    tradectl_status timer(std::uint64_t, Timestamp) override { return TRADECTL_OK; }
    tradectl_status kv_put(std::string_view, std::span<const std::uint8_t>) override {
        return TRADECTL_OK;
    }

    [[nodiscard]] bool heard(const std::string& line) const {
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    }

    std::vector<std::string> lines;
    std::vector<std::uint16_t> commands;
    std::vector<tradectl_completion> completions;
    int wakes = 0;
};

}  // namespace tradectl::plugin
