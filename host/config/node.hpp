/// A configuration as a tree of values that know where they come from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

/// Which layer a value comes from, lowest first.
enum class Source { Default, File, Environment, Flag };

/// Where a value was written.
struct Origin {
    Source source = Source::Default;
    std::string name;          ///< file name, variable name or flag; empty for a default
    std::uint32_t line = 0;    ///< of a file, from 1; 0: none
    std::uint32_t column = 0;  ///< from 1; 0: none
    std::string directory;     ///< absolute; relative paths in the value start here

    /// "demo.yaml:3:7", "TRADECTL_SEED", "--seed" or "default".
    [[nodiscard]] std::string to_string() const;
};

/// One value. Scalars keep the text as written, after `${VAR}` was replaced.
struct Node {
    enum class Kind { Null, Scalar, List, Map };
    enum class Secrecy { Open, Secret };

    Kind kind = Kind::Null;
    std::string key;    ///< its name in the map that holds it; empty elsewhere
    Origin key_origin;  ///< where that name stands
    Origin origin;      ///< where the value stands
    std::string text;   ///< of a scalar
    Secrecy secrecy = Secrecy::Open;
    std::vector<Node> children;  ///< of a list or a map, in file order; a map's have keys

    /// The child of that key, or null.
    [[nodiscard]] const Node* find(std::string_view name) const;
    [[nodiscard]] Node* find(std::string_view name);
};

}  // namespace tradectl::config
