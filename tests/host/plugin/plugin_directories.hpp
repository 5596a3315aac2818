/// Two directories to put plugins of the zoo into.
#pragma once

#include "host/plugin/find.hpp"
#include "tests/host/base/temporary_directory.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace tradectl::plugin {

class PluginDirectories : public testing::Test {
  protected:
    PluginDirectories() {
        for (const char* name : {"a", "b"})
            std::filesystem::create_directory(directory_.file(name));
    }
    std::string put(const std::string& name, const std::string& zoo_name = "bare") {
        const std::string path = directory_.file(name);
        std::filesystem::copy_file(zoo_file(zoo_name), path);
        return path;
    }
    SearchPath both() {
        return {
            {{Origin::Environment, directory_.file("a")}, {Origin::Config, directory_.file("b")}}};
    }

    TemporaryDirectory directory_;
};

}  // namespace tradectl::plugin
