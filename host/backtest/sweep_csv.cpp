// Every point of a sweep as CSV (RFC 4180), and the files beside sweep.jsonl.
#include "host/backtest/sweep_file.hpp"
#include "host/backtest/sweep_view.hpp"

#include <array>
#include <span>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kFlushBytes = 1u << 20;

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

/// Keys of the statistics in the first line that has any.
Expected<std::vector<std::string>> statistic_columns(const SweepResult& result) {
    std::vector<std::string> keys;
    for (const SweepPoint& point : result.points) {
        if (point.failed) continue;
        const auto line = result.file->read(point.line);
        if (!line) return fail(line.error());
        const Json* figures = line->find("statistics");
        if (figures == nullptr || figures->as_object() == nullptr) continue;
        for (const JsonMember& member : *figures->as_object())
            keys.push_back(member.key);
        break;
    }
    return keys;
}

std::string csv_head(const SweepResult& result, const std::vector<std::string>& keys) {
    std::string out = "place,point";
    for (const SweepAxis& axis : result.axes)
        out += "," + csv_field(axis.key);
    for (const char* count : {"orders", "fills", "denied"})
        out += std::string(",") + count;
    for (const std::string& key : keys)
        out += "," + key;
    return out + ",error\n";
}

std::string csv_line(const Json& line,
                     std::size_t place,
                     std::uint64_t point,
                     std::size_t axes,
                     const std::vector<std::string>& keys) {
    std::string out = std::to_string(place) + "," + std::to_string(point);
    const Json* values = line.find("values");
    for (std::size_t i = 0; i < axes; ++i) {
        out += ",";
        const Json::Array* texts = values == nullptr ? nullptr : values->as_array();
        if (texts != nullptr && i < texts->size() && (*texts)[i].as_text() != nullptr)
            out += csv_field(*(*texts)[i].as_text());
    }
    const auto add = [&](const Json* value) {
        out += ",";
        if (value != nullptr && !value->is_null()) out += value->dump();
    };
    for (const char* count : {"orders", "fills", "denied"})
        add(line.find(count));
    const Json* figures = line.find("statistics");
    for (const std::string& key : keys)
        add(figures == nullptr ? nullptr : figures->find(key));
    return out + "," + csv_field(line.find_text("error").value_or("")) + "\n";
}

/// Line by line: a sweep may be larger than memory.
Status write_csv(Disk& disk, const SweepResult& result, const std::string& path) {
    const auto keys = statistic_columns(result);
    if (!keys) return fail(keys.error());
    const std::string temporary = path + ".tmp";
    auto file = disk.open(temporary, {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto emptied = (*file)->truncate(0); !emptied) return emptied;
    std::string text = csv_head(result, *keys);
    std::uint64_t offset = 0;
    const auto flush = [&]() -> Status {
        auto written = (*file)->write(offset, std::as_bytes(std::span(text)));
        offset += text.size();
        text.clear();
        return written;
    };
    for (std::size_t i = 0; i < result.points.size(); ++i) {
        const auto line = result.file->read(result.points[i].line);
        if (!line) return fail(line.error());
        text += csv_line(*line, i + 1, result.points[i].point, result.axes.size(), *keys);
        if (text.size() < kFlushBytes) continue;
        if (auto written = flush(); !written) return written;
    }
    if (auto written = flush(); !written) return written;
    if (auto synced = (*file)->sync(); !synced) return synced;
    return disk.rename(temporary, path);
}

}  // namespace

Status write_sweep_files(Disk& disk, const SweepResult& result) {
    if (!result.walk) {
        if (auto written = write_csv(disk, result, result.directory + "/sweep.csv"); !written)
            return written;
    }
    const auto page = sweep_page(result);
    if (!page) return fail(page.error());
    return write_file_atomically(disk, result.directory + "/sweep.html", *page);
}

}  // namespace tradectl::backtest
