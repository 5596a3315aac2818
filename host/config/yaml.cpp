#include "host/config/yaml.hpp"

#include <exception>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace tradectl::config {
namespace {

/// Ends the parse of a document that is too deep; never leaves this file.
struct TooDeep : std::exception {};

/// Builds the tree from the parser's events, so that no alias is ever expanded.
class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(const Origin& place, Problems& problems) : place_(place), problems_(problems) {}

    Node take() { return std::move(root_); }
    /// Where the document begins.
    [[nodiscard]] const Origin& start() const { return start_; }

    void OnDocumentStart(const YAML::Mark& mark) override { start_ = at(mark); }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_extras(mark, "?", anchor);
        accept(make(Node::Kind::Null, mark));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        report(at(mark), "aliases (*name) are refused", "write the value out");
        accept(make(Node::Kind::Null, mark));
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_extras(mark, tag, anchor);
        Node node = make(Node::Kind::Scalar, mark);
        node.text = value;
        accept(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(Node::Kind::List, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(Node::Kind::Map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        Node node;
        bool has_key = false;  ///< of a map: the next node is the value of `key`
        bool keep = true;      ///< false: the key was refused, drop its value
        std::string key;
        Origin key_origin;
    };

    [[nodiscard]] Origin at(const YAML::Mark& mark) const {
        Origin origin = place_;
        origin.line = static_cast<std::uint32_t>(mark.line + 1);
        origin.column = static_cast<std::uint32_t>(mark.column + 1);
        return origin;
    }

    [[nodiscard]] Node make(Node::Kind kind, const YAML::Mark& mark) const {
        Node node;
        node.kind = kind;
        node.origin = at(mark);
        return node;
    }

    [[nodiscard]] std::string path() const {
        std::string path;
        for (const Frame& frame : stack_) {
            if (frame.node.kind == Node::Kind::List)
                path += "[" + std::to_string(frame.node.children.size()) + "]";
            else if (frame.has_key)
                path += (path.empty() ? "" : ".") + frame.key;
        }
        return path;
    }

    void report(Origin origin, std::string message, std::string hint) {
        problems_.push_back({std::move(origin), path(), std::move(message), std::move(hint)});
    }

    void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) report(at(mark), "anchors (&name) are refused", "write the value out");
        if (!tag.empty() && tag != "?" && tag != "!")
            report(at(mark), "tag '" + tag + "' is refused", "remove it");
    }

    void open(Node::Kind kind,
              const YAML::Mark& mark,
              const std::string& tag,
              YAML::anchor_t anchor) {
        refuse_extras(mark, tag, anchor);
        if (stack_.size() >= kConfigDepthMax) {
            report(at(mark), "nested deeper than " + std::to_string(kConfigDepthMax), "");
            throw TooDeep();
        }
        Frame frame;
        frame.node = make(kind, mark);
        stack_.push_back(std::move(frame));
    }

    void close() {
        Node node = std::move(stack_.back().node);
        stack_.pop_back();
        accept(std::move(node));
    }

    /// Puts a finished node where it belongs.
    void accept(Node node) {
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = stack_.back();
        if (frame.node.kind == Node::Kind::List) {
            frame.node.children.push_back(std::move(node));
        } else if (!frame.has_key) {
            accept_key(frame, node);
        } else {
            frame.has_key = false;
            if (!frame.keep) return;
            node.key = std::move(frame.key);
            node.key_origin = std::move(frame.key_origin);
            frame.node.children.push_back(std::move(node));
        }
    }

    void accept_key(Frame& frame, const Node& node) {
        frame.keep = false;
        const Node* twin = frame.node.find(node.text);
        if (node.kind != Node::Kind::Scalar) {
            report(node.origin, "a key must be plain text", "");
        } else if (node.text == "<<") {
            report(node.origin, "merge keys (<<) are refused", "write the keys out");
        } else if (twin != nullptr) {
            report(node.origin,
                   "duplicate key '" + node.text + "'",
                   "first written in line " + std::to_string(twin->key_origin.line));
        } else {
            frame.keep = true;
        }
        frame.has_key = true;
        frame.key = node.text;
        frame.key_origin = node.origin;
    }

    const Origin& place_;
    Problems& problems_;
    std::vector<Frame> stack_;
    Origin start_;
    Node root_;
};

/// Bytes of the UTF-8 character at the front of `text` (RFC 3629), or 0.
std::size_t utf8_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) > 0x8F;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// Reports the first character that a text file should not have.
bool is_clean_text(std::string_view text, const Origin& place, Problems& problems) {
    Origin here = place;
    here.line = 1;
    here.column = 1;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t bytes = utf8_bytes(text.substr(i));
        const auto first = static_cast<unsigned char>(text[i]);
        const bool control =
            (first < 0x20 && first != '\n' && first != '\r' && first != '\t') || first == 0x7F;
        if (bytes == 0 || control) {
            problems.push_back(
                {here, "", control ? "control character" : "not valid UTF-8", "remove it"});
            return false;
        }
        i += bytes;
        here.column = first == '\n' ? 1 : here.column + 1;
        here.line += first == '\n' ? 1 : 0;
    }
    return true;
}

/// The parser's words without the place, which the problem carries itself.
std::string lower_first(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

}  // namespace

Node read_yaml(std::string_view text, const Origin& place, Problems& problems) {
    if (text.size() > kConfigBytesMax) {
        problems.push_back({place,
                            "",
                            std::to_string(text.size()) + " bytes is above the limit of " +
                                std::to_string(kConfigBytesMax),
                            ""});
        return {};
    }
    if (!is_clean_text(text, place, problems)) return {};
    TreeBuilder builder(place, problems);
    Origin here = place;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        Problems ignored;
        TreeBuilder second(place, ignored);
        if (parser.HandleNextDocument(second))
            problems.push_back({second.start(), "", "more than one document", "keep one"});
    } catch (const TooDeep&) {
        return {};  // already reported
    } catch (const YAML::Exception& error) {
        here.line = static_cast<std::uint32_t>(error.mark.line + 1);
        here.column = static_cast<std::uint32_t>(error.mark.column + 1);
        problems.push_back({here, "", "not valid YAML: " + lower_first(error.msg), ""});
        return {};
    } catch (const std::exception& error) {
        problems.push_back({place, "", std::string("cannot be parsed: ") + error.what(), ""});
        return {};
    }
    return builder.take();
}

}  // namespace tradectl::config
