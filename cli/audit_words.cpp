#include "cli/audit_words.hpp"

#include "cli/envelope.hpp"
#include "host/base/base64.hpp"
#include "host/engine/queries.hpp"

#include <filesystem>
#include <system_error>

namespace tradectl::cli {
namespace {

constexpr std::uint64_t kUserFileBytesMax = 1u << 20;

Expected<std::string> absolute(const std::string& path) {
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    if (error) return fail(ErrorCode::Io, path + ": " + error.message());
    return full.string();
}

}  // namespace

void add_key_option(Command& command, std::string& key) {
    command.option("--key", "VKEY|FILE", "the key to trust, kept elsewhere", key);
}

Expected<audit::Verifier> verifier_of(const std::string& word) {
    auto verifier = audit::Verifier::parse(word);
    if (verifier) return verifier;
    auto text = read_user_file(word);
    if (!text) {
        return fail(ErrorCode::Usage,
                    "--key '" + word + "': neither a verifier key nor a file with one");
    }
    while (!text->empty() && text->back() == '\n')
        text->pop_back();
    verifier = audit::Verifier::parse(*text);
    if (!verifier) return fail(ErrorCode::Usage, "--key " + word + ": " + verifier.error().message);
    return verifier;
}

Expected<OpenAudit> open_audit_of(Context& context, const std::string& key) {
    std::optional<audit::Verifier> verifier;
    if (!key.empty()) {
        auto given = verifier_of(key);
        if (!given) return fail(given.error());
        verifier.emplace(std::move(*given));
    }
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    OpenAudit out;
    out.disk = make_posix_disk();
    out.paths = {*directory};
    const std::string& name = document->config.name;
    if (auto there = engine::check_state(*out.disk, out.paths, name); !there)
        return fail(there.error());
    auto reader = engine::read_audit(*out.disk, out.paths, name, verifier);
    if (!reader) return fail(reader.error());
    out.reader.emplace(std::move(*reader));
    return out;
}

Expected<OpenAudit> open_sound_audit_of(Context& context, const std::string& key) {
    auto opened = open_audit_of(context, key);
    if (!opened && opened.error().code == ErrorCode::Denied)
        return fail(ErrorCode::Corrupt, opened.error().message);
    return opened;
}

Expected<std::string> read_user_file(const std::string& path) {
    const auto full = absolute(path);
    if (!full) return fail(full.error());
    auto text = read_file(*make_posix_disk(), *full, kUserFileBytesMax);
    if (text || text.error().code == ErrorCode::InvalidArgument) return text;  // it is too large
    return fail(ErrorCode::Io, text.error().message);
}

Expected<bool> user_file_exists(const std::string& path) {
    const auto full = absolute(path);
    if (!full) return fail(full.error());
    auto there = make_posix_disk()->exists(*full);
    if (!there) return fail(ErrorCode::Io, there.error().message);
    return there;
}

Status write_user_file(const std::string& path, const std::string& text) {
    const auto full = absolute(path);
    if (!full) return fail(full.error());
    auto written = write_file_atomically(*make_posix_disk(), *full, text);
    return written ? Status{} : fail(ErrorCode::Io, written.error().message);
}

Json checkpoint_json(const audit::LogReader& log) {
    Json out = Json::object();
    out.set("origin", log.checkpoint().origin);
    out.set("size", log.checkpoint().size);
    out.set("root", to_base64(log.checkpoint().root));
    out.set("note", log.note());
    return out;
}

Answer bad_answer(const Error& error) {
    Answer answer;
    answer.exit_code = ExitCode::BadAnswer;
    answer.errors.push_back(error_object(error));
    return answer;
}

bool is_finding(const Error& error) {
    return error.code == ErrorCode::Denied || error.code == ErrorCode::Corrupt;
}

}  // namespace tradectl::cli
