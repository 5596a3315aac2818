/// Whom a TLS connection believes.
#pragma once

#include <tradectl/expected.hpp>

#include <memory>
#include <string>
#include <vector>

struct ssl_st;

namespace tradectl::net {

/// What the check of a certificate found, while a connection is shaken.
struct CertificateFinding {
    std::string host;  ///< the one that was asked for
    std::string text;  ///< why the certificate does not hold; empty: it does
};

/// Roots and pins of one venue. Unchanging. [io]
class Trust {
  public:
    /// `ca_file` (PEM) in the place of the system's roots, unless empty. `pins`: base64 of SHA-256
    /// of public keys (RFC 7469, 2.4), one of which must be in the chain; none: any chain.
    /// Permission for roots that cannot be read, InvalidArgument for a pin that is no digest.
    static Expected<std::shared_ptr<const Trust>> open(const std::string& ca_file,
                                                       const std::vector<std::string>& pins);
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// A TLS client for one connection, TLS 1.2 or later, which the caller frees. It shakes hands
    /// only with a certificate that the roots vouch for and that is for `finding.host`; `finding`
    /// must stay until it has. Null when memory is out.
    [[nodiscard]] ssl_st* make_session(CertificateFinding& finding) const;
    /// After the handshake: Authentication when none of the pins is in the chain.
    [[nodiscard]] Status check_pins(ssl_st* session, const std::string& host) const;

  private:
    struct Impl;
    explicit Trust(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tradectl::net
