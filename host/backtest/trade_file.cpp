#include "host/backtest/trade_file.hpp"

#include <tradectl/abi/types.h>

#include <cstdio>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

void add_field(std::string& line, std::string_view text) {
    if (!line.empty()) line += ',';
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

std::string real_text(double value) {
    char text[40];
    const int size = std::snprintf(text, sizeof(text), "%.17g", value);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

Expected<std::unique_ptr<TextFile>> TextFile::create(Disk& disk, const std::string& path) {
    auto file = disk.open(path, {.write = true, .create = true, .exclusive = true});
    if (!file) return fail(file.error());
    return std::unique_ptr<TextFile>(new TextFile(std::move(*file)));
}

Status TextFile::append(std::string_view text) {
    waiting_ += text;
    return waiting_.size() < kPieceBytes ? Status{} : write_out();
}

Status TextFile::finish() {
    return waiting_.empty() ? Status{} : write_out();
}

Status TextFile::write_out() {
    const auto bytes = std::as_bytes(std::span(waiting_.data(), waiting_.size()));
    if (auto done = file_->write(offset_, bytes); !done) return done;
    offset_ += waiting_.size();
    waiting_.clear();
    return {};
}

std::string_view trade_header() {
    return "number,strategy,instrument,side,quantity,entry_time,exit_time,entry_price,exit_price,"
           "profit,profit_ratio,fees,bars,exit_reason,entry_order,exit_order\n";
}

std::string trade_line(const Trade& trade) {
    std::string line = std::to_string(trade.number);
    add_field(line, trade.strategy);
    add_field(line, trade.instrument);
    add_field(line, trade.side == TRADECTL_SIDE_BUY ? "long" : "short");
    add_field(line, trade.quantity.to_string());
    add_field(line, trade.entry_time.to_string());
    add_field(line, trade.exit_time.to_string());
    add_field(line, trade.entry_price.to_string());
    add_field(line, trade.exit_price.to_string());
    add_field(line, trade.profit.to_string());
    add_field(line, real_text(trade.profit_ratio));
    add_field(line, trade.fees.to_string());
    add_field(line, std::to_string(trade.bars));
    add_field(line, trade.exit_reason);
    add_field(line, trade.entry_order);
    add_field(line, trade.exit_order);
    return line + "\n";
}

}  // namespace tradectl::backtest
