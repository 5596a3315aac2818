#include "host/keys/signer.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "tests/host/keys/keys_fixture.hpp"
#include "tests/host/keys/vectors.hpp"

namespace tradectl::keys {
namespace {

/// The example of EIP-712, whose key is the hash of the word cow.
constexpr const char* kCow = "0xc85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4";
constexpr const char* kMail = R"({"types":{"EIP712Domain":[{"name":"name","type":"string"},
{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
{"name":"verifyingContract","type":"address"}],
"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
"Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},
{"name":"contents","type":"string"}]},
"primaryType":"Mail","domain":{"name":"Ether Mail","version":"1","chainId":1,
"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
"message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
"to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
"contents":"Hello, Bob!"}})";
constexpr const char* kMailSignature =
    "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
    "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c";

Address address(const char* text) {
    return parse_address(text).value_or(Address());
}

class SignerTest : public KeysTest {
  protected:
    void SetUp() override {
        store_ = ready({from_file("wallet", KeyKind::Secp256k1, kCow),
                        from_file("mac", KeyKind::Hmac, "key-of-a-test"),
                        from_file("seed", KeyKind::Ed25519, std::string(63, '0') + "1")});
        policy_.keys = {"wallet", "mac", "seed"};
        policy_.chains = {1, 137};
        policy_.contracts = {address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC")};
    }
    Expected<std::vector<std::byte>> sign(SignKind kind,
                                          std::string_view key,
                                          const std::string& payload) {
        Signer signer(*store_, policy_, [this](const KeyUse& use) {
            uses_ += std::string(use.key) + " " + std::string(use.fingerprint) + " " +
                     std::string(use.purpose) + "\n";
        });
        return signer.sign({kind, key, bytes_of(payload)});
    }
    std::string refusal(SignKind kind, std::string_view key, const std::string& payload) {
        const auto made = sign(kind, key, payload);
        EXPECT_EQ(uses_, "") << "a refused use was recorded";
        return made ? "signed" : made.error().message;
    }
    static std::string replaced(std::string text, const std::string& a, const std::string& b) {
        const std::size_t at = text.find(a);
        EXPECT_NE(at, std::string::npos) << a;
        return text.replace(at, a.size(), b);
    }
    static std::string call(const std::string& data, const std::string& to = "") {
        return R"({"chainId":137,"nonce":1,"maxPriorityFeePerGas":"1","maxFeePerGas":"2",)"
               R"("gasLimit":"21000","value":"0","to":")" +
               (to.empty() ? "0xcccccccccccccccccccccccccccccccccccccccc" : to) + R"(","data":")" +
               data + "\"}";
    }
    std::string refused_call(const std::string& data, const std::string& to = "") {
        return refusal(SignKind::EthTx, "wallet", call(data, to));
    }

    std::unique_ptr<KeyStore> store_;
    SigningPolicy policy_;
    std::string uses_;
};

std::string word(const std::string& digits) {
    return std::string(64 - digits.size(), '0') + digits;
}
const std::string kContract(40, 'c');
const std::string kStranger(40, 'e');

TEST_F(SignerTest, SignsTheExampleOfEip712AndRecordsIt) {
    const auto made = sign(SignKind::Eip712, "wallet", kMail);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(to_hex(*made), kMailSignature);
    EXPECT_EQ(uses_, "wallet " + store_->find("wallet")->fingerprint() + " eip712 Mail\n");
}

TEST_F(SignerTest, AKeyThatIsNotGrantedOrNotThereOrOfAnotherKindIsRefused) {
    EXPECT_EQ(refusal(SignKind::HmacSha256, "wallet", "x"),
              "signing: key 'wallet' is of kind secp256k1, hmac is needed");
    policy_.keys = {"mac", "gone"};
    EXPECT_EQ(refusal(SignKind::Eip712, "wallet", kMail),
              "signing: key 'wallet' is not granted to this exchange");
    EXPECT_EQ(refusal(SignKind::Eip712, "gone", kMail), "signing: key 'gone' is not there");
    EXPECT_EQ(refusal(static_cast<SignKind>(99), "mac", ""), "signing: no kind 99");
}

TEST_F(SignerTest, DomainsOfOtherChainsAndContractsAreRefused) {
    EXPECT_EQ(
        refusal(SignKind::Eip712, "wallet", replaced(kMail, "\"chainId\":1,", "\"chainId\":5,")),
        "signing: chain id 5 is not among signing.chains (1, 137)");
    policy_.contracts.clear();
    EXPECT_EQ(refusal(SignKind::Eip712, "wallet", kMail),
              "signing: verifying contract 0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC is not among "
              "signing.contracts");
    const std::string no_chain = replaced(
        replaced(kMail, "{\"name\":\"chainId\",\"type\":\"uint256\"},", ""), "\"chainId\":1,", "");
    EXPECT_EQ(refusal(SignKind::Eip712, "wallet", no_chain),
              "signing: the domain 'Ether Mail' names no chain, so it holds on every one");
}

TEST_F(SignerTest, APermitForAStrangerIsRefused) {
    const std::string permit =
        R"({"domain":{"name":"Token","chainId":137,"verifyingContract":
"0xcccccccccccccccccccccccccccccccccccccccc"},
"primaryType":"Permit","types":{"Permit":[{"name":"spender","type":"address"},
{"name":"value","type":"uint256"}]},
"message":{"spender":"0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","value":"1"}})";
    EXPECT_EQ(refusal(SignKind::Eip712, "wallet", permit),
              "signing: Permit: spender " + to_text(address(("0x" + kStranger).c_str())) +
                  " is not among signing.contracts");
    EXPECT_TRUE(
        sign(SignKind::Eip712, "wallet", replaced(permit, "0x" + kStranger, "0x" + kContract)));
}

TEST_F(SignerTest, TransactionsGoToAllowedContractsOnAllowedChains) {
    EXPECT_TRUE(sign(SignKind::EthTx, "wallet", call("0x")));
    uses_.clear();
    EXPECT_NE(refused_call("0x", "0x" + kStranger).find("is not among signing.contracts"),
              std::string::npos);
    EXPECT_EQ(refusal(SignKind::EthTx, "wallet", replaced(call("0x"), "137", "56")),
              "signing: chain id 56 is not among signing.chains (1, 137)");
    EXPECT_EQ(refused_call("0x", "0x"), "transaction: to: no address (contracts are not created)");
    // A cancellation: to oneself, without data.
    EXPECT_TRUE(
        sign(SignKind::EthTx, "wallet", call("0x", "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826")));
}

TEST_F(SignerTest, ApprovalsAndTransfersToStrangersAreRefused) {
    EXPECT_NE(refused_call("0x095ea7b3" + word(kStranger) + word("1"))
                  .find("approve(address,uint256): spender 0x"),
              std::string::npos);
    EXPECT_NE(refused_call("0xa9059cbb" + word(kStranger) + word("1"))
                  .find("transfer(address,uint256): recipient 0x"),
              std::string::npos);
    EXPECT_NE(refused_call("0xa22cb465" + word(kStranger) + word("1")).find("spender 0x"),
              std::string::npos);
    EXPECT_NE(refused_call("0x23b872dd" + word(kContract) + word(kStranger) + word("1"))
                  .find("recipient 0x"),
              std::string::npos);
    EXPECT_EQ(refused_call("0x095ea7b3" + word(kContract)),
              "signing: approve(address,uint256): arguments are cut off");
    EXPECT_TRUE(sign(SignKind::EthTx, "wallet", call("0x095ea7b3" + word(kContract) + word("1"))));
}

TEST_F(SignerTest, UnlimitedAllowancesMustBeAskedFor) {
    const std::string endless = "0x095ea7b3" + word(kContract) + std::string(64, 'f');
    EXPECT_EQ(refused_call(endless),
              "signing: approve(address,uint256): an unlimited allowance is not allowed");
    EXPECT_NE(refused_call("0xa22cb465" + word(kContract) + word("1")), "signed");
    policy_.allowances = SigningPolicy::Allowances::Unlimited;
    EXPECT_TRUE(sign(SignKind::EthTx, "wallet", call(endless)));
    policy_.allowances = SigningPolicy::Allowances::Limited;
    // Taking one back is always allowed, from strangers too.
    EXPECT_TRUE(sign(SignKind::EthTx, "wallet", call("0x095ea7b3" + word(kStranger) + word("0"))));
}

TEST_F(SignerTest, HmacAndEd25519SignBytes) {
    const auto mac = sign(SignKind::HmacSha256, "mac", "message");
    ASSERT_TRUE(mac);
    EXPECT_EQ(to_hex(*mac), to_hex(hmac_sha256(bytes_of("key-of-a-test"), bytes_of("message"))));
    const auto signature = sign(SignKind::SolanaMessage, "seed", "message");
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->size(), 64U);
    EXPECT_NE(uses_.find("seed"), std::string::npos);
    EXPECT_NE(uses_.find("solana message"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::keys
