/// A store of keys in a directory that goes with the test. All keys are published test keys.
#pragma once

#include "host/base/disk.hpp"
#include "host/keys/key_store.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tradectl::keys {

/// The scalar 0x11..11 and its address.
inline constexpr const char* kElevens =
    "0x1111111111111111111111111111111111111111111111111111111111111111";
inline constexpr const char* kElevensAddress = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";

class KeysTest : public testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) {
        std::string path = folder_.write(name, text);
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    KeySpec from_file(const std::string& name, KeyKind kind, const std::string& text) {
        return {.name = name,
                .kind = kind,
                .source = {.kind = KeySource::Kind::File, .name = write(name, text)}};
    }
    static KeySpec stored(const std::string& name, KeyKind kind = KeyKind::Secret) {
        return {.name = name, .kind = kind, .source = {.kind = KeySource::Kind::Stored}};
    }
    std::unique_ptr<KeyStore> open(std::vector<KeySpec> keys,
                                   std::map<std::string, std::string> variables = {}) {
        variables_ = std::move(variables);
        KeyStoreOptions options{.keys = std::move(keys), .salt = KeyStoreOptions::Salt::Make};
        options.places.disk = disk_.get();
        options.places.directory = folder_.file("stored");
        options.places.environment = [this](const char* name) -> const char* {
            const auto found = variables_.find(name);
            return found == variables_.end() ? nullptr : found->second.c_str();
        };
        auto store = KeyStore::open(std::move(options));
        EXPECT_TRUE(store) << store.error().message;
        return store ? std::move(*store) : nullptr;
    }
    /// A store that was read once, without complaint.
    std::unique_ptr<KeyStore> ready(std::vector<KeySpec> keys) {
        auto store = open(std::move(keys));
        for (const KeyReport& report : store->reload()) {
            EXPECT_FALSE(report.error) << report.error->message;
        }
        return store;
    }
    /// What reading this one key complains about.
    std::string complaint(KeySpec spec, std::map<std::string, std::string> variables = {}) {
        const auto reports = open({std::move(spec)}, std::move(variables))->reload();
        return reports.front().error ? reports.front().error->message : std::string();
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
    std::map<std::string, std::string> variables_;
};

}  // namespace tradectl::keys
