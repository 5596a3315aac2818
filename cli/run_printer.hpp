/// What `run` shows while it runs: a calm table on a terminal, plain lines or JSON lines elsewhere.
#pragma once

#include "cli/command.hpp"
#include "host/engine/session.hpp"

#include <cstdint>
#include <string>

namespace tradectl::cli {

/// Prints from the engine thread; a view replaces the one before on a terminal.
class RunPrinter final : public engine::RunObserver {
  public:
    RunPrinter(Context& context, std::string name) : context_(context), name_(std::move(name)) {}

    void on_fill(const engine::OrderEntry& entry,
                 const tradectl_fill_event& fill,
                 const tradectl_position_state& after) override;
    void on_denied(const std::string& instance, const tradectl_order_event& event) override;
    void on_message(std::string_view text) override;
    void on_view(const engine::LiveView& view) override;

    /// Takes the live table off the screen.
    void finish();

  private:
    [[nodiscard]] bool live() const;
    [[nodiscard]] std::string table(const engine::LiveView& view) const;
    void line(const std::string& text);

    Context& context_;
    std::string name_;
    std::string last_fill_;
    std::string last_denied_;
    std::string message_;
    int lines_shown_ = 0;
};

/// The end of a run as text and as data.
[[nodiscard]] std::string summary_text(const engine::RunSummary& summary);
[[nodiscard]] Json summary_json(const engine::RunSummary& summary);

}  // namespace tradectl::cli
