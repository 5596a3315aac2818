/// A web server on this machine that treats its clients as a test says.
#pragma once

#include "tests/host/base/temporary_directory.hpp"
#include "tests/net_support/certificate.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tradectl::net {

struct WebServerOptions {
    enum class Tls { Off, On };
    enum class Manner {
        Answers,
        Silent,     ///< takes the request, and says nothing until the client goes
        HangsUp,    ///< closes when it has the request
        SaysHalf,   ///< half an answer, then silence
        SpeaksOdd,  ///< something that is no HTTP
    };
    Tls tls = Tls::On;
    Manner manner = Manner::Answers;
    std::string name = "DNS:localhost";  ///< of its certificate
    std::vector<int> statuses = {200};   ///< of its answers in turn; the last one stays
    std::string headers;                 ///< whole lines
    std::string body = "ok";
};

/// Serves one client after the other on 127.0.0.1, at a port of the system's choice.
class WebServer {
  public:
    explicit WebServer(WebServerOptions options = {});
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    /// Its URL by name, with a path.
    [[nodiscard]] std::string url(const std::string& path = "/") const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// A file with its certificate.
    [[nodiscard]] std::string ca_file() const { return folder_.file("ca.pem"); }
    /// Waits up to ten seconds for so many requests and returns all that came: head and body.
    std::vector<std::string> wait_for(std::size_t count);

  private:
    void serve();
    void talk(int fd);

    WebServerOptions options_;
    TemporaryDirectory folder_;
    Certificate certificate_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

/// What stands behind the head of a request.
std::string body_of(const std::string& request);

}  // namespace tradectl::net
