#include "host/plugin/load.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mapped_file.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/sealed_file.hpp"
#include "host/plugin/version_rule.hpp"

#include <exception>

#include <dlfcn.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

namespace tradectl::plugin {
namespace {

/// Opens the library for ever. Its handle is left behind on purpose: code that may own threads or
/// exit handlers is never unloaded.
Expected<const tradectl_plugin_entry_v0*> open_library(const SealedFile& file,
                                                       const std::string& path) {
    static auto* const kOpened = new std::vector<boost::dll::shared_library>;
    using boost::dll::load_mode::rtld_local;
    using boost::dll::load_mode::rtld_now;
    try {
        boost::dll::shared_library library;
        std::error_code code;
        ::dlerror();
        library.load(file.path(), rtld_now | rtld_local, code);
        if (code) {
            const char* words = ::dlerror();
            return fail(ErrorCode::Config,
                        path + ": cannot load: " + (words != nullptr ? words : code.message()));
        }
        const auto& entry = library.get<const tradectl_plugin_entry_v0>(TRADECTL_ENTRY_SYMBOL);
        kOpened->push_back(std::move(library));
        return &entry;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Config, path + ": cannot load: " + error.what());
    }
}

Expected<tradectl_status> call_init(const tradectl_plugin_entry_v0& entry) {
    try {
        return entry.init == nullptr ? TRADECTL_OK : entry.init();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Config, std::string("init threw: ") + error.what());
    } catch (...) {
        return fail(ErrorCode::Config, "init threw an unknown exception");
    }
}

}  // namespace

Library::~Library() {
    if (!initialised_ || symbol_->deinit == nullptr) return;
    try {
        symbol_->deinit();
    } catch (...) {
        log(LogLevel::Error, "plugin", "deinit threw an exception", {{"path", path_}});
    }
}

Expected<const void*> Library::factory(const char* factory_id) const {
    const void* table = nullptr;
    try {
        if (symbol_->get_factory != nullptr) table = symbol_->get_factory(factory_id);
    } catch (...) {
        return fail(ErrorCode::Config, path_ + ": get_factory threw an exception");
    }
    if (table != nullptr) return table;
    return fail(ErrorCode::Config, path_ + ": has no factory " + factory_id);
}

Expected<const tradectl_strategy_api*> Library::strategy_api() const {
    const auto table = factory(TRADECTL_FACTORY_STRATEGY);
    if (!table) return fail(table.error());
    const auto* api = static_cast<const tradectl_strategy_api*>(*table);
    if (api->struct_size < sizeof(tradectl_strategy_api) || api->create == nullptr ||
        api->configure == nullptr || api->start == nullptr || api->on_events == nullptr ||
        api->stop == nullptr || api->destroy == nullptr)
        return fail(ErrorCode::Config, path_ + ": its strategy table is incomplete");
    return api;
}

Expected<const tradectl_exchange_api*> Library::exchange_api() const {
    const auto table = factory(TRADECTL_FACTORY_EXCHANGE);
    if (!table) return fail(table.error());
    const auto* api = static_cast<const tradectl_exchange_api*>(*table);
    // What follows `destroy` may be missing: such a request answers UNSUPPORTED.
    if (api->struct_size < offsetof(tradectl_exchange_api, connect) || api->create == nullptr ||
        api->configure == nullptr || api->start == nullptr || api->stop == nullptr ||
        api->destroy == nullptr)
        return fail(ErrorCode::Config, path_ + ": its exchange table is incomplete");
    return api;
}

Expected<std::shared_ptr<Library>> Loader::load(const std::string& path, const Admission& admit) {
    if (auto done = check_file(path); !done) return fail(done.error());
    auto copy = SealedFile::copy_of(path);
    if (!copy) return fail(copy.error());
    const auto content = MappedFile::open(copy->path());
    if (!content) return fail(content.error());
    const Sha256Digest digest = tradectl::sha256(content->bytes());
    const auto known = libraries_.find(digest);
    if (known != libraries_.end()) {
        if (auto done = admit ? admit(digest, known->second->manifest()) : Status(); !done)
            return fail(done.error());
        return known->second;
    }
    auto image = read_image(content->bytes(), path);
    if (!image) return fail(image.error());
    if (auto done = admit ? admit(digest, image->manifest) : Status(); !done)
        return fail(done.error());
    const auto symbol = open_library(*copy, path);
    if (!symbol) return fail(symbol.error());
    copy->keep_open();

    std::shared_ptr<Library> library(new Library);
    library->path_ = path;
    library->sha256_ = digest;
    library->entry_ = image->entry;
    library->manifest_ = std::move(image->manifest);
    library->symbol_ = *symbol;
    // The dynamic loader finds symbols by other tables than the reader of the file does.
    const auto loaded = std::as_bytes(std::span(*symbol, 1)).first(kEntryHeaderBytes);
    if (decode_entry(loaded) != image->entry)
        return fail(ErrorCode::Config, path + ": its entry in memory is not the one in the file");
    if ((*symbol)->build_info != nullptr) library->build_info_ = (*symbol)->build_info;
    if (auto warning = version_warning(image->entry, host_entry(), path))
        library->warnings_.push_back(std::move(*warning));

    const auto status = call_init(**symbol);
    if (!status) return fail(ErrorCode::Config, path + ": " + status.error().message);
    if (*status != TRADECTL_OK)
        return fail(ErrorCode::Config, path + ": init failed with " + std::to_string(*status));
    library->initialised_ = true;
    libraries_.emplace(digest, library);
    return library;
}

}  // namespace tradectl::plugin
