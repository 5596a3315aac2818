/// Certificates for tests, made when they are needed.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace tradectl::net {

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

/// A key and a certificate that it signed itself, valid for an hour for one name.
struct Certificate {
    std::unique_ptr<EVP_PKEY, KeyDeleter> key;
    std::unique_ptr<X509, CertificateDeleter> certificate;

    /// `name` as in a subject alternative name: "DNS:localhost", "IP:127.0.0.1".
    static Certificate make(const std::string& name);
    /// Base64 of SHA-256 of its public key (RFC 7469, 2.4).
    [[nodiscard]] std::string pin() const;
    /// PEM, without the key.
    void write(const std::string& path) const;
};

}  // namespace tradectl::net
