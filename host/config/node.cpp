#include "host/config/node.hpp"

namespace tradectl::config {

std::string Origin::to_string() const {
    if (source == Source::Default) return "default";
    if (line == 0) return name;
    return name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

const Node* Node::find(std::string_view name) const {
    if (kind != Kind::Map) return nullptr;
    for (const Node& child : children) {
        if (child.key == name) return &child;
    }
    return nullptr;
}

Node* Node::find(std::string_view name) {
    return const_cast<Node*>(static_cast<const Node*>(this)->find(name));
}

}  // namespace tradectl::config
