#include "tests/net_support/certificate.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

namespace tradectl::net {

Certificate Certificate::make(const std::string& name) {
    Certificate made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* x = made.certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -60);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, made.key.get());
    X509_NAME* subject = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x, subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    X509_add_ext(x, names, -1);
    X509_EXTENSION_free(names);
    if (X509_sign(x, made.key.get(), EVP_sha256()) == 0) std::abort();
    return made;
}

std::string Certificate::pin() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key.get(), &bytes);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(bytes);
    std::array<unsigned char, 64> coded{};
    const int count = EVP_EncodeBlock(coded.data(), digest.data(), SHA256_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(coded.data()), static_cast<std::size_t>(count)};
}

void Certificate::write(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr || PEM_write_X509(file, certificate.get()) != 1) std::abort();
    std::fclose(file);
}

}  // namespace tradectl::net
