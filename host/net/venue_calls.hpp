/// One venue's web requests, from the rate limit to the answer.
#pragma once

#include "host/net/net_parts.hpp"
#include "host/net/rate_bucket.hpp"
#include "host/net/url.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace tradectl::net {

class ConnectionPool;
class HttpLink;
struct HttpReply;
struct LinkResult;

/// Each call becomes exactly one Answer or Failure in the queue. [io]
class VenueCalls {
  public:
    /// All arguments outlive it; `open_calls` goes down by one for each event.
    VenueCalls(NetParts parts, VenueReach& reach, std::atomic<std::size_t>& open_calls);
    ~VenueCalls();
    VenueCalls(const VenueCalls&) = delete;
    VenueCalls& operator=(const VenueCalls&) = delete;

    /// `call` and `url` were checked.
    void start(HttpCall call, Url url);

  private:
    struct Call;
    using PoolKey = std::tuple<Scheme, std::string, std::uint16_t, std::uint32_t>;

    void admit(Call& call);
    void on_slot(Call& call);
    void connect(Call& call);
    void on_connection(Call& call, Expected<std::shared_ptr<HttpLink>> link);
    void on_result(Call& call, LinkResult result);
    void on_answer(Call& call, HttpReply& reply);
    void on_deadline(Call& call);
    void refuse(Call& call, std::int64_t wait_ns);
    void give_up(Call& call, Error error);
    void finish(Call& call, NetEvent event);
    void record(const Call& call, const NetEvent* event) const;
    [[nodiscard]] ConnectionPool& pool_of(const Call& call);
    [[nodiscard]] TokenBucket* bucket_of(const Call& call);
    [[nodiscard]] std::int64_t left_ns(const Call& call) const;

    NetParts parts_;
    VenueReach& reach_;
    std::atomic<std::size_t>& open_calls_;
    std::vector<TokenBucket> buckets_;
    std::map<PoolKey, std::unique_ptr<ConnectionPool>> pools_;
    std::uint64_t last_serial_ = 0;
    std::map<std::uint64_t, std::unique_ptr<Call>> calls_;
};

}  // namespace tradectl::net
