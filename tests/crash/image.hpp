/// A disk as it is found after a power cut: changed in place and put back, read through Disk.
#pragma once

#include "host/base/disk.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradectl::crash {

using FileId = std::uint64_t;

/// Names and contents. A plain value.
struct Image {
    std::map<std::string, FileId> names;
    std::map<FileId, std::vector<std::byte>> contents;
    std::set<std::string> directories{"/"};

    [[nodiscard]] std::vector<std::byte>* find(const std::string& path);
};

/// Reads an image; every call that would change it fails with Unsupported. The image must outlive
/// the disk and its files.
class ImageDisk final : public Disk {
  public:
    explicit ImageDisk(Image& image) : image_(image) {}

    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override;
    Status rename(const std::string& from, const std::string& to) override;
    Status remove(const std::string& path) override;
    Status make_directory(const std::string& path) override;
    Status sync_directory(const std::string& path) override;
    Expected<std::vector<std::string>> list(const std::string& path) override;
    Expected<bool> exists(const std::string& path) override;

  private:
    Image& image_;
};

/// A disk of its own with the same names and contents, for what goes on from there.
std::unique_ptr<Disk> copy_of(const Image& image);
/// Everything on a disk under `directory`, not deeper.
Image image_of(Disk& disk, const std::string& directory);

/// Changes an image and takes all changes back at its end.
class Changes {
  public:
    explicit Changes(Image& image) : image_(image) {}
    Changes(const Changes&) = delete;
    Changes& operator=(const Changes&) = delete;
    ~Changes();

    /// A file grows when the bytes end behind it; the part in between is zeros.
    void write(FileId file, std::uint64_t offset, const std::byte* bytes, std::size_t count);
    void resize(FileId file, std::uint64_t size);
    void name(const std::string& path, FileId file);
    void unname(const std::string& path);

  private:
    struct Before {
        FileId file = 0;
        std::uint64_t size = 0;
        std::uint64_t offset = 0;
        std::vector<std::byte> bytes;
        std::string path;  // of a name; empty for content
        bool named = false;
    };
    void keep_name(const std::string& path);

    Image& image_;
    std::vector<Before> before_;
};

}  // namespace tradectl::crash
