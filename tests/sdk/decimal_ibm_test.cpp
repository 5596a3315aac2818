// Decimal against the "General Decimal Arithmetic" test cases (M. Cowlishaw, IBM; format version
// 2.59), as Debian's libpython3.11-testsuite installs them.
//
// Those cases round to `precision` significant digits and know NaN, infinities, signed zeros and
// exponents; Decimal rounds to 18 decimals and knows none of these. A case applies when its
// operands are Decimals and its result lies on the grid. The place to which a case rounds is
// reached by shifting operands, so that each result is rounded once, by the code under test. What
// does not apply is counted by cause and printed.
#include <tradectl/decimal.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

const std::string kFolder = "/usr/lib/python3.11/test/decimaltestdata";

struct Case {
    std::string id;
    std::string operation;
    std::vector<std::string> operands;
    std::string result;
    std::set<std::string> conditions;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// Splits a line at blanks; quotes hold a token together; `--` starts a comment.
std::vector<std::string> tokens_of(const std::string& line) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < line.size();) {
        const char c = line[at];
        if (c == ' ' || c == '\t' || c == '\r') {
            ++at;
        } else if (line.compare(at, 2, "--") == 0) {
            break;
        } else if (c == '\'' || c == '"') {
            const std::size_t end = std::min(line.find(c, at + 1), line.size());
            tokens.push_back(line.substr(at + 1, end - at - 1));
            at = end + 1;
        } else {
            const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
            tokens.push_back(line.substr(at, end - at));
            at = end;
        }
    }
    return tokens;
}

std::optional<Case> case_of(const std::vector<std::string>& tokens) {
    const auto arrow = std::find(tokens.begin(), tokens.end(), "->");
    if (arrow == tokens.end() || arrow - tokens.begin() < 3 || arrow + 1 == tokens.end())
        return std::nullopt;
    Case out{tokens[0], lower(tokens[1]), {tokens.begin() + 2, arrow}, *(arrow + 1), {}};
    for (auto each = arrow + 2; each != tokens.end(); ++each)
        out.conditions.insert(lower(*each));
    return out;
}

/// A finite number as written: coefficient and exponent.
struct Written {
    std::string coefficient;  // with sign, without point
    long exponent = 0;

    /// The value times 10^shift, when that is a Decimal.
    [[nodiscard]] std::optional<Decimal> shifted(long shift) const {
        const auto parsed = Decimal::parse(coefficient + "e" + std::to_string(exponent + shift));
        return parsed ? std::optional<Decimal>(*parsed) : std::nullopt;
    }
};

std::optional<Written> written(const std::string& text) {
    Written out;
    const std::size_t e = std::min(text.find_first_of("eE"), text.size());
    for (const char c : text.substr(0, e)) {
        if (c != '.') out.coefficient += c;
    }
    if (out.coefficient.find_first_not_of("+-0123456789") != std::string::npos) return std::nullopt;
    if (out.coefficient.find_first_of("0123456789") == std::string::npos) return std::nullopt;
    if (e != text.size()) out.exponent = std::stol(text.substr(e + 1));
    const std::size_t point = text.find('.');
    if (point < e) out.exponent -= static_cast<long>(e - point - 1);
    return out;
}

enum class Verdict { Agrees, Differs, Skipped };
struct Judged {
    Verdict verdict;
    std::string text;  // what we got, or why it does not apply
};

Judged skipped(const char* why) {
    return {Verdict::Skipped, why};
}

Judged compare(std::optional<Decimal> ours, Decimal theirs) {
    if (ours == theirs) return {Verdict::Agrees, ""};
    return {Verdict::Differs, ours ? ours->to_string() : "nothing"};
}

std::optional<Rounding> rounding_of(const std::string& name) {
    static const std::map<std::string, Rounding> modes = {
        {"half_even", Rounding::HalfEven},
        {"half_up", Rounding::HalfUp},
        {"down", Rounding::Down},
        {"up", Rounding::Up},
        {"floor", Rounding::Floor},
        {"ceiling", Rounding::Ceiling},
    };
    const auto found = modes.find(name);
    return found == modes.end() ? std::nullopt : std::optional<Rounding>(found->second);
}

/// Text to number: toSci, toEng, apply.
Judged judge_text(const Case& test) {
    if (test.result.front() == '#') return skipped("encoding of another format");
    const auto ours = Decimal::parse(test.operands[0]);
    if (test.conditions.count("conversion_syntax") != 0)
        return {ours ? Verdict::Differs : Verdict::Agrees, "taken for a number"};
    const auto operand = written(test.operands[0]);
    if (!operand) return ours ? Judged{Verdict::Differs, "taken"} : skipped("special value");
    if (!test.conditions.empty()) return skipped("text rounded to the precision");
    const auto result = written(test.result);
    const auto theirs = result ? result->shifted(0) : std::nullopt;
    if (!theirs)
        return ours ? Judged{Verdict::Differs, "taken"}
                    : skipped("outside of range or 18 decimals");
    return compare(ours ? std::optional<Decimal>(*ours) : std::nullopt, *theirs);
}

/// Operations whose exact result is a Decimal whenever the operands are.
std::optional<Decimal> exact(const std::string& operation, Decimal a, Decimal b) {
    if (operation == "add") return checked_add(a, b);
    if (operation == "subtract") return checked_sub(a, b);
    if (operation == "plus") return a;
    if (operation == "minus") return checked_negate(a);
    if (operation == "abs") return checked_abs(a);
    if (operation == "max") return std::max(a, b);
    return std::min(a, b);
}

struct Operands {
    Written a;
    Written b;
    Decimal first;
    Decimal second;
};

Judged judge_rounded(const Case& test, const Operands& in, const Written& result, Rounding mode) {
    // Shifting by `shift` puts the last digit of the result on the 18th decimal.
    const long shift = -18 - result.exponent;
    const std::string& op = test.operation;
    if (op == "multiply" || op == "divide") {
        const auto a = in.a.shifted(shift);
        const auto theirs = result.shifted(shift);
        if (!a || !theirs) return skipped("place of rounding out of reach");
        return compare(
            op == "divide" ? checked_div(*a, in.second, mode) : checked_mul(*a, in.second, mode),
            *theirs);
    }
    const auto theirs = result.shifted(0);
    const auto step = Written{"1", result.exponent}.shifted(0);
    if (!theirs || !step) return skipped("place of rounding out of reach");
    if (op == "quantize" || op == "rescale" || op == "tointegral" || op == "tointegralx")
        return compare(round_to(in.first, *step, mode), *theirs);
    const auto sum = exact(op, in.first, in.second);
    if (!sum) return skipped("outside of range or 18 decimals");
    return compare(round_to(*sum, *step, mode), *theirs);
}

Judged judge(const Case& test, const std::string& rounding) {
    static const std::set<std::string> binary = {
        "add", "subtract", "multiply", "divide", "compare", "max", "min", "quantize", "rescale"};
    static const std::set<std::string> unary = {
        "plus", "minus", "abs", "tointegral", "tointegralx"};
    static const std::set<std::string> text = {"tosci", "toeng", "apply"};
    if (text.count(test.operation) != 0 && test.operands.size() == 1) return judge_text(test);
    const bool two = binary.count(test.operation) != 0 && test.operands.size() == 2;
    const bool one = unary.count(test.operation) != 0 && test.operands.size() == 1;
    if (!two && !one) return skipped("operation that Decimal does not have");
    const auto mode = rounding_of(rounding);
    if (!mode) return skipped("rounding mode half_down or 05up");
    const auto a = written(test.operands[0]);
    const auto b = two ? written(test.operands[1]) : a;
    if (!a || !b) return skipped("special value");
    const auto first = a->shifted(0);
    const auto second = b->shifted(0);
    if (!first || !second) return skipped("outside of range or 18 decimals");
    if (test.conditions.count("division_by_zero") + test.conditions.count("division_undefined") !=
        0)
        return compare(checked_div(*first, *second, *mode), Decimal::null()).text == "nothing"
                   ? Judged{Verdict::Agrees, ""}
                   : Judged{Verdict::Differs, "a quotient"};
    for (const char* condition : {"overflow", "underflow", "subnormal", "clamped"})
        if (test.conditions.count(condition) != 0) return skipped("exponent limit");
    const auto result = written(test.result);
    if (!result) return skipped("special value");
    if (test.operation == "compare")
        return compare(Decimal::from_int(*first < *second   ? -1
                                         : *first > *second ? 1
                                                            : 0),
                       *result->shifted(0));
    return judge_rounded(test, {*a, *b, *first, *second}, *result, *mode);
}

struct Tally {
    std::map<std::string, int> applied;  // by operation
    std::map<std::string, int> skipped;  // by cause
    std::vector<std::string> differences;
    std::set<std::string> idle_files;  // nothing in them applies
};

void run_file(const std::filesystem::path& path, Tally& tally) {
    std::ifstream file(path);
    std::string rounding = "half_up";
    bool idle = true;
    for (std::string line; std::getline(file, line);) {
        const auto tokens = tokens_of(line);
        if (tokens.size() == 2 && lower(tokens[0]) == "rounding:") rounding = lower(tokens[1]);
        const auto test = case_of(tokens);
        if (!test) continue;
        const Judged judged = judge(*test, rounding);
        if (judged.verdict == Verdict::Skipped) {
            ++tally.skipped[judged.text];
            continue;
        }
        idle = false;
        ++tally.applied[test->operation];
        if (judged.verdict == Verdict::Differs)
            tally.differences.push_back(path.filename().string() + " " + test->id + ": expected " +
                                        test->result + ", got " + judged.text);
    }
    if (idle) tally.idle_files.insert(path.stem().string());
}

TEST(DecimalIbmCases, AgreeWhereTheyApply) {
    if (!std::filesystem::exists(kFolder))
        GTEST_SKIP() << "skipped: no " << kFolder << " (Debian package libpython3.11-testsuite)";
    Tally tally;
    int applied = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder))
        if (entry.path().extension() == ".decTest") run_file(entry.path(), tally);
    for (const auto& [operation, count] : tally.applied) {
        std::printf("%6d applied: %s\n", count, operation.c_str());
        applied += count;
    }
    for (const auto& [cause, count] : tally.skipped)
        std::printf("%6d do not apply: %s\n", count, cause.c_str());
    std::printf("files in which nothing applies:");
    for (const auto& file : tally.idle_files)
        std::printf(" %s", file.c_str());
    std::printf("\n");
    for (const auto& difference : tally.differences)
        ADD_FAILURE() << difference;
    EXPECT_GT(applied, 10'000);
}

}  // namespace
}  // namespace tradectl
