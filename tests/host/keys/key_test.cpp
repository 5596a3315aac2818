/// Examples of standards. Their keys are published and good for nothing else.
#include "host/keys/key.hpp"

#include "host/base/ed25519.hpp"
#include "host/base/hex.hpp"
#include "host/keys/signer.hpp"

#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/prctl.h>

namespace tradectl::keys {
namespace {

Expected<Key> parse(KeyKind kind, std::string_view text, KeyEncoding encoding = KeyEncoding::Raw) {
    return Key::parse(kind, encoding, LockedBytes(bytes_of(text)));
}

std::string complaint(KeyKind kind,
                      std::string_view text,
                      KeyEncoding encoding = KeyEncoding::Raw) {
    const auto key = parse(kind, text, encoding);
    return key ? "" : key.error().message;
}

std::string pem_of(const std::string& what, const std::string& body) {
    return "-----BEGIN " + what + "-----\n" + body + "-----END " + what + "-----\n";
}

/// A fresh P-256 key in PEM, or one of another curve.
std::string make_pem(const char* curve, const char* password = nullptr) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen(curve), EVP_PKEY_free);
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PKCS8PrivateKey(out.get(),
                                  key.get(),
                                  password == nullptr ? nullptr : EVP_aes_128_cbc(),
                                  password,
                                  password == nullptr ? 0 : 4,
                                  nullptr,
                                  nullptr);
    char* text = nullptr;
    const long bytes = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(bytes)};
}

/// RFC 4231, test cases 1 to 3 and 6.
TEST(KeyOfEachKind, HmacAsRfc4231HasIt) {
    struct Case {
        std::string key, message;
        const char* mac;
    };
    const Case cases[] = {{std::string(20, '\x0b'),
                           "Hi There",
                           "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
                          {std::string(20, '\xaa'),
                           std::string(50, '\xdd'),
                           "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
                          {std::string(131, '\xaa'),
                           "Test Using Larger Than Block-Size Key - Hash Key First",
                           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"}};
    for (const auto& [text, message, mac] : cases) {
        const auto raw_key = parse(KeyKind::Hmac, text);
        ASSERT_TRUE(raw_key);
        EXPECT_EQ(to_hex(raw_key->hmac(bytes_of(message))), mac);
        const auto hex_key = parse(KeyKind::Hmac, to_hex(bytes_of(text)) + "\n", KeyEncoding::Hex);
        ASSERT_TRUE(hex_key);
        EXPECT_TRUE(hex_key->same_as(*raw_key));
    }
}

TEST(KeyOfEachKind, HmacInBase64IsTheSameInBothAlphabetsWithAndWithoutPadding) {
    const auto plain = parse(KeyKind::Hmac, "+/+/AAECAwQFBgc=", KeyEncoding::Base64);
    ASSERT_TRUE(plain) << plain.error().message;
    for (const char* text : {"-_-_AAECAwQFBgc=", "+/+/AAECAwQFBgc", "-_-_AAECAwQFBgc=\r\n"}) {
        const auto other = parse(KeyKind::Hmac, text, KeyEncoding::Base64);
        ASSERT_TRUE(other) << text;
        EXPECT_TRUE(other->same_as(*plain)) << text;
    }
    for (const char* text : {"+/+/AAECAwQFBgc*", "AAAAA", "AAECAwQFBg=c", "AAECAwQF BgcICQ=="})
        EXPECT_NE(complaint(KeyKind::Hmac, text, KeyEncoding::Base64), "") << text;
}

/// RFC 8032, section 7.1, TEST 1.
TEST(KeyOfEachKind, Ed25519AsRfc8032HasIt) {
    const auto key =
        parse(KeyKind::Ed25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->public_bytes()),
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    EXPECT_EQ(to_hex(key->sign_ed25519({})),
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
              "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    // The same seed in PKCS #8, as RFC 8410 wraps it.
    const auto pem =
        parse(KeyKind::Ed25519,
              pem_of("PRIVATE KEY",
                     "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"));
    ASSERT_TRUE(pem) << pem.error().message;
    EXPECT_TRUE(pem->same_as(*key));
}

bool verify_es256(const std::string& pem,
                  std::string_view message,
                  const Es256Signature& signature) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new_mem_buf(pem.data(), -1), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(),
                                                                     ECDSA_SIG_free);
    const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
    ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    std::array<unsigned char, 80> der{};
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), &end);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EXPECT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()), 1);
    return EVP_DigestVerify(context.get(),
                            der.data(),
                            static_cast<std::size_t>(size),
                            reinterpret_cast<const unsigned char*>(message.data()),
                            message.size()) == 1;
}

TEST(KeyOfEachKind, Es256SignsWhatItsPublicHalfVerifies) {
    const std::string pem = make_pem("P-256");
    const auto key = parse(KeyKind::Es256, pem);
    ASSERT_TRUE(key) << key.error().message;
    const auto signature = key->sign_es256(bytes_of("message"));
    EXPECT_TRUE(verify_es256(pem, "message", signature));
    EXPECT_FALSE(verify_es256(pem, "massage", signature));
}

/// RFC 7515, appendix A.3: its key in SEC 1 without the public half, and its signature.
TEST(KeyOfEachKind, Es256AsRfc7515HasIt) {
    const std::string pem =
        pem_of("EC PRIVATE KEY",
               "MDECAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
               "AwEH\n");
    const auto key = parse(KeyKind::Es256, pem);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(to_hex(key->public_bytes()),
              "7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445"
              "c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad");
    const std::string message =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ";
    Es256Signature signature{};
    ASSERT_TRUE(
        decode_hex("0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665"
                   "c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5",
                   signature));
    EXPECT_TRUE(verify_es256(pem, message, signature));
    EXPECT_TRUE(verify_es256(pem, message, key->sign_es256(bytes_of(message))));
}

TEST(KeyOfEachKind, ATokenIsHeaderClaimsAndSignature) {
    const auto key = parse(KeyKind::Es256, make_pem("P-256"));
    ASSERT_TRUE(key);
    const auto token = make_es256_token(*key, R"({"header":{"kid":"k"},"claims":{"iss":"joe"}})");
    ASSERT_TRUE(token) << token.error().message;
    // {"kid":"k","alg":"ES256"} . {"iss":"joe"}
    EXPECT_EQ(token->rfind("eyJraWQiOiJrIiwiYWxnIjoiRVMyNTYifQ.eyJpc3MiOiJqb2UifQ.", 0), 0U);
    EXPECT_EQ(token->size() - token->rfind('.') - 1, 86U);
    for (const char* bad : {R"({"header":{"alg":"none"},"claims":{}})",
                            R"({"header":{}})",
                            R"({"claims":[]})",
                            R"({"claims":{},"header":{},"more":1})",
                            "[]",
                            ""})
        EXPECT_FALSE(make_es256_token(*key, bad)) << bad;
}

TEST(KeyOfEachKind, WhatIsNoKeyIsRefusedAndNotRepeated) {
    const std::string order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    EXPECT_NE(complaint(KeyKind::Secp256k1, order), "");
    EXPECT_NE(complaint(KeyKind::Secp256k1, std::string(64, '0')), "");
    EXPECT_EQ(complaint(KeyKind::Secp256k1, order.substr(0, 63) + "0"), "");
    for (const std::string& text :
         {order.substr(1), order + "0", std::string("0x"), order.substr(0, 63) + "g"}) {
        const std::string message = complaint(KeyKind::Secp256k1, text);
        EXPECT_EQ(message, "not a secp256k1 key: 64 hex digits are expected") << text;
    }
    EXPECT_NE(complaint(KeyKind::Es256, make_pem("P-384")), "");
    EXPECT_NE(complaint(KeyKind::Es256, make_pem("P-256", "word")), "") << "a password was guessed";
    EXPECT_NE(complaint(KeyKind::Ed25519, make_pem("P-256")), "");
    EXPECT_EQ(complaint(KeyKind::Hmac, "1234567"), "not an hmac key: shorter than 8 bytes");
    for (const char* text : {"", "\n", "a\nb", "a\"b", "a\\b", "a\x7f", "a\xc3\xa4", "a\tb"})
        EXPECT_NE(complaint(KeyKind::Secret, text), "") << text;
}

/// Flags of the mapping that holds `address`, as proc(5) has them: lo locked, dd not dumped.
std::string flags_of(const void* address) {
    std::ifstream maps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t first = 0;
        std::uintptr_t last = 0;
        char dash = 0;
        std::istringstream words(line);
        if (words >> std::hex >> first >> dash >> last && dash == '-')
            inside = first <= wanted && wanted < last;
        else if (inside && line.rfind("VmFlags:", 0) == 0)
            return line;
    }
    return {};
}

TEST(LockedMemory, OfAKeyIsNotSwappedNotDumpedAndWipedAfterwards) {
    LockedBytes bytes(bytes_of("swordfish"));
    const std::string flags = flags_of(bytes.bytes().data());
    EXPECT_NE(flags.find(" dd"), std::string::npos) << flags;
#ifndef TRADECTL_INSTRUMENTED  // the address sanitizer makes mlock do nothing
    EXPECT_EQ(flags.find(" lo") != std::string::npos, bytes.locked()) << flags;
#endif
    const void* const place = bytes.bytes().data();
    const bool locked = bytes.locked();
    bytes = LockedBytes();
    const LockedBytes again(9);
    EXPECT_EQ(to_hex(again.bytes()), std::string(18, '0'));
    EXPECT_EQ(again.locked(), locked);
    if (locked) {
        EXPECT_EQ(again.bytes().data(), place) << "the page that was given back";
        EXPECT_NE(flags_of(place).find(" dd"), std::string::npos);
    }
    const auto key = parse(KeyKind::Secret, "swordfish");
    EXPECT_NE(flags_of(key->secret().data()).find(" dd"), std::string::npos);
}

TEST(LockedMemory, AProcessWithAKeyLeavesNoCoreDump) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";  // a process that has none yet
    EXPECT_EXIT(
        {
            const bool before = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
            const LockedBytes bytes(9);
            std::_Exit(before && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1);
        },
        testing::ExitedWithCode(0),
        "");
}

TEST(LockedMemory, IsShortenedAndMovedWithItsBytes) {
    LockedBytes bytes(bytes_of("swordfish"));
    bytes.shorten(5);
    EXPECT_EQ(bytes.text(), "sword");
    LockedBytes moved(std::move(bytes));
    EXPECT_EQ(moved.text(), "sword");
    EXPECT_TRUE(bytes.empty());
    const LockedBytes large(100'000);
    EXPECT_EQ(large.size(), 100'000U);
}

}  // namespace
}  // namespace tradectl::keys
