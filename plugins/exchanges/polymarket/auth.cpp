#include "auth.hpp"

namespace tradectl::polymarket {

std::string l1_typed_data_json(std::string_view address,
                               std::uint64_t chain_id,
                               std::uint64_t timestamp_s,
                               std::uint64_t nonce) {
    std::string out = R"({"domain":{"name":"ClobAuthDomain","version":"1","chainId":)";
    out += std::to_string(chain_id);
    out += R"(},"primaryType":"ClobAuth","types":{"ClobAuth":[)"
           R"({"name":"address","type":"address"},{"name":"timestamp","type":"string"},)"
           R"({"name":"nonce","type":"uint256"},{"name":"message","type":"string"}]},)"
           R"("message":{"address":")";
    out.append(address).append(R"(","timestamp":")").append(std::to_string(timestamp_s));
    out.append(R"(","nonce":")").append(std::to_string(nonce));
    out += R"(","message":"This message attests that I control the given wallet"}})";
    return out;
}

std::string l2_message(std::uint64_t timestamp_s,
                       std::string_view method,
                       std::string_view path,
                       std::string_view body) {
    std::string out = std::to_string(timestamp_s);
    return out.append(method).append(path.substr(0, path.find('?'))).append(body);
}

}  // namespace tradectl::polymarket
