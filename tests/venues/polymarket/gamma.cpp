#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/venue.hpp"

namespace polysim {

Response serve_gamma(World&, const Request&) {
    return error_answer(404, "not found");
}
Response serve_data_api(World&, const Request&) {
    return error_answer(404, "not found");
}
Response serve_rpc(World&, const Request&) {
    return error_answer(404, "not found");
}

}  // namespace polysim
