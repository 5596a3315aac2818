#include "tests/crash/image.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <cstring>

namespace tradectl::crash {
namespace {

Unexpected read_only() {
    return fail(ErrorCode::Unsupported, "an image is only read");
}

class ImageFile final : public File {
  public:
    explicit ImageFile(const std::vector<std::byte>& content) : content_(content) {}

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        if (offset >= content_.size()) return 0;
        const std::size_t count = std::min<std::uint64_t>(out.size(), content_.size() - offset);
        std::memcpy(out.data(), content_.data() + offset, count);
        return count;
    }
    Expected<std::uint64_t> size() override { return content_.size(); }
    Status write(std::uint64_t, std::span<const std::byte>) override { return read_only(); }
    Status sync() override { return read_only(); }
    Status truncate(std::uint64_t) override { return read_only(); }
    Status lock(std::uint64_t, std::uint64_t, Lock) override { return read_only(); }
    Expected<std::byte*> map_shared(std::uint64_t, std::uint64_t) override { return read_only(); }

  private:
    const std::vector<std::byte>& content_;
};

}  // namespace

std::vector<std::byte>* Image::find(const std::string& path) {
    const auto name = names.find(path);
    return name == names.end() ? nullptr : &contents[name->second];
}

Expected<std::unique_ptr<File>> ImageDisk::open(const std::string& path, OpenOptions options) {
    if (options.write) return read_only();
    const auto* content = image_.find(path);
    if (content == nullptr) return fail(ErrorCode::NotFound, path + ": no such file");
    return std::unique_ptr<File>(std::make_unique<ImageFile>(*content));
}

Status ImageDisk::rename(const std::string&, const std::string&) {
    return read_only();
}
Status ImageDisk::remove(const std::string&) {
    return read_only();
}
Status ImageDisk::make_directory(const std::string&) {
    return read_only();
}
Status ImageDisk::sync_directory(const std::string&) {
    return read_only();
}

Expected<std::vector<std::string>> ImageDisk::list(const std::string& path) {
    if (!image_.directories.contains(path)) return fail(ErrorCode::NotFound, path + ": not there");
    std::vector<std::string> names;
    const std::string prefix = path + "/";
    for (auto name = image_.names.lower_bound(prefix); name != image_.names.end(); ++name) {
        if (!name->first.starts_with(prefix)) break;
        names.push_back(name->first.substr(prefix.size()));
    }
    return names;
}

Expected<bool> ImageDisk::exists(const std::string& path) {
    return image_.names.contains(path) || image_.directories.contains(path);
}

std::unique_ptr<Disk> copy_of(const Image& image) {
    auto disk = make_memory_disk();
    for (const std::string& directory : image.directories)
        TRADECTL_ASSERT(disk->make_directory(directory).has_value());
    for (const auto& [path, id] : image.names) {
        auto file = disk->open(path, {.write = true, .create = true});
        TRADECTL_ASSERT(file.has_value());
        const auto content = image.contents.find(id);
        if (content == image.contents.end()) continue;
        TRADECTL_ASSERT((*file)->write(0, content->second).has_value());
    }
    return disk;
}

Image image_of(Disk& disk, const std::string& directory) {
    Image image;
    image.directories.insert(directory);
    const auto names = disk.list(directory);
    TRADECTL_ASSERT(names.has_value());
    FileId id = 0;
    for (const std::string& name : *names) {
        const std::string path = directory + "/" + name;
        auto file = disk.open(path, {});
        TRADECTL_ASSERT(file.has_value());
        std::vector<std::byte> content(*(*file)->size());
        TRADECTL_ASSERT((*file)->read(0, content).has_value());
        image.names[path] = ++id;
        image.contents[id] = std::move(content);
    }
    return image;
}

void Changes::write(FileId file, std::uint64_t offset, const std::byte* bytes, std::size_t count) {
    auto& content = image_.contents[file];
    Before before{.file = file, .size = content.size(), .offset = offset, .bytes = {}, .path = {}};
    if (offset < content.size()) {
        const auto from = content.begin() + static_cast<std::ptrdiff_t>(offset);
        const std::size_t kept = std::min<std::uint64_t>(count, content.size() - offset);
        before.bytes.assign(from, from + static_cast<std::ptrdiff_t>(kept));
    }
    before_.push_back(std::move(before));
    if (content.size() < offset + count) content.resize(offset + count);
    std::memcpy(content.data() + offset, bytes, count);
}

void Changes::resize(FileId file, std::uint64_t size) {
    auto& content = image_.contents[file];
    Before before{.file = file, .size = content.size(), .offset = size, .bytes = {}, .path = {}};
    if (size < content.size()) {
        before.bytes.assign(content.begin() + static_cast<std::ptrdiff_t>(size), content.end());
    }
    before_.push_back(std::move(before));
    content.resize(size);
}

void Changes::keep_name(const std::string& path) {
    const auto found = image_.names.find(path);
    const bool named = found != image_.names.end();
    before_.push_back(
        {.file = named ? found->second : 0, .bytes = {}, .path = path, .named = named});
}

void Changes::name(const std::string& path, FileId file) {
    keep_name(path);
    image_.names[path] = file;
}

void Changes::unname(const std::string& path) {
    keep_name(path);
    image_.names.erase(path);
}

Changes::~Changes() {
    for (auto before = before_.rbegin(); before != before_.rend(); ++before) {
        if (!before->path.empty()) {
            if (before->named) {
                image_.names[before->path] = before->file;
            } else {
                image_.names.erase(before->path);
            }
            continue;
        }
        auto& content = image_.contents[before->file];
        content.resize(before->size);
        std::copy(before->bytes.begin(),
                  before->bytes.end(),
                  content.begin() + static_cast<std::ptrdiff_t>(before->offset));
    }
}

}  // namespace tradectl::crash
