#include "host/net/trust.hpp"

#include "host/base/base64.hpp"
#include "host/base/hash.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace tradectl::net {

namespace {

struct NamesDeleter {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string text_of(const GENERAL_NAME& name) {
    if (name.type == GEN_DNS) {
        const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name.d.dNSName));
        return {text, static_cast<std::size_t>(ASN1_STRING_length(name.d.dNSName))};
    }
    if (name.type != GEN_IPADD) return "";
    const int family = ASN1_STRING_length(name.d.iPAddress) == 4 ? AF_INET : AF_INET6;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto* made =
        ::inet_ntop(family, ASN1_STRING_get0_data(name.d.iPAddress), text.data(), text.size());
    return made == nullptr ? "" : made;
}

/// The hosts that a certificate is for (RFC 5280, 4.2.1.6), a few of them.
std::string names_of(X509* certificate) {
    constexpr int kNamesMax = 5;
    const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    std::string list;
    for (int i = 0; i < std::min(count, kNamesMax); ++i) {
        const std::string name = text_of(*sk_GENERAL_NAME_value(names.get(), i));
        if (!name.empty()) list += (list.empty() ? "" : ", ") + name;
    }
    if (count > kNamesMax) list += " and " + std::to_string(count - kNamesMax) + " more";
    return list.empty() ? "no host" : list;
}

int finding_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

/// Called by OpenSSL for each certificate of the chain, and for what is wrong with it.
int on_certificate(int holds, X509_STORE_CTX* store) {
    if (holds == 1) return 1;
    const void* session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    auto* finding = static_cast<CertificateFinding*>(
        SSL_get_ex_data(static_cast<const SSL*>(session), finding_slot()));
    if (finding == nullptr || !finding->text.empty()) return 0;
    const int error = X509_STORE_CTX_get_error(store);
    X509* certificate = X509_STORE_CTX_get_current_cert(store);
    const bool is_another =
        error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH;
    finding->text = is_another && certificate != nullptr
                        ? "is for " + names_of(certificate) + ", not " + finding->host
                        : X509_verify_cert_error_string(error);
    return 0;
}

/// Digest of the public key as it stands in the certificate.
std::string pin_of(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    if (size <= 0) return "";
    const auto digest = sha256(
        std::as_bytes(std::span<const unsigned char>(bytes, static_cast<std::size_t>(size))));
    OPENSSL_free(bytes);
    return to_base64(digest);
}

std::string openssl_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason == nullptr ? "unknown" : reason;
}

}  // namespace

struct Trust::Impl {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    std::vector<std::string> pins;

    Impl() = default;
    ~Impl() { SSL_CTX_free(context); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
};

Expected<std::shared_ptr<const Trust>> Trust::open(const std::string& ca_file,
                                                   const std::vector<std::string>& pins) {
    auto impl = std::make_unique<Impl>();
    if (impl->context == nullptr) return fail(ErrorCode::Internal, "tls: " + openssl_reason());
    SSL_CTX_set_min_proto_version(impl->context, TLS1_2_VERSION);
    const int loaded = ca_file.empty()
                           ? SSL_CTX_set_default_verify_paths(impl->context)
                           : SSL_CTX_load_verify_locations(impl->context, ca_file.c_str(), nullptr);
    if (loaded != 1) {
        return fail(ErrorCode::Permission,
                    (ca_file.empty() ? "the system's roots" : ca_file) +
                        ": cannot be read: " + openssl_reason());
    }
    for (const std::string& pin : pins) {
        const auto digest = from_base64(pin);
        if (!digest || digest->size() != Sha256Digest().size()) {
            return fail(ErrorCode::InvalidArgument,
                        "pin \"" + pin + "\": not the base64 of a SHA-256 digest");
        }
    }
    impl->pins = pins;
    return std::shared_ptr<const Trust>(new Trust(std::move(impl)));
}

Trust::Trust(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trust::~Trust() = default;

ssl_st* Trust::make_session(CertificateFinding& finding) const {
    SSL* session = SSL_new(impl_->context);
    if (session == nullptr) return nullptr;
    SSL_set_ex_data(session, finding_slot(), &finding);
    SSL_set_verify(session, SSL_VERIFY_PEER, on_certificate);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session);
    if (is_address(finding.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(wanted, finding.host.c_str());
        return session;
    }
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(wanted, finding.host.c_str(), finding.host.size());
    // Server name indication (RFC 6066, 3) is for names, not for addresses.
    SSL_ctrl(session,
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(finding.host.c_str()));
    return session;
}

Status Trust::check_pins(ssl_st* session, const std::string& host) const {
    SSL_set_ex_data(session, finding_slot(), nullptr);
    if (impl_->pins.empty()) return {};
    STACK_OF(X509)* chain = SSL_get0_verified_chain(session);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const std::string pin = pin_of(sk_X509_value(chain, i));
        if (std::find(impl_->pins.begin(), impl_->pins.end(), pin) != impl_->pins.end()) return {};
    }
    return fail(ErrorCode::Authentication,
                host + ": certificate: no public key of its chain is pinned");
}

}  // namespace tradectl::net
