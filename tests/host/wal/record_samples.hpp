/// Random records of every type.
#pragma once

#include "host/base/random.hpp"
#include "host/wal/record.hpp"

#include <string>
#include <vector>

namespace tradectl::wal {

/// Makes bodies whose text lives in the sampler until the next `clear`.
class RecordSampler {
  public:
    explicit RecordSampler(std::uint64_t seed) : random_(seed) {}

    /// Encodes one record of a random type with this sequence; returns its type.
    RecordType encode_any(WalSequence sequence, std::vector<std::byte>& out) {
        texts_.clear();
        texts_.reserve(256);
        RecordHeader header{.type = static_cast<RecordType>(1 + random_.below(7)),
                            .version = 1,
                            .flags = static_cast<std::uint16_t>(random_.below(2)),
                            .sequence = sequence,
                            .wall = Timestamp{static_cast<std::int64_t>(random_.next())},
                            .monotonic_ns = static_cast<std::int64_t>(random_.next()),
                            .op_id = {random_.next()},
                            .txn_id = {random_.next()}};
        Status status;
        switch (header.type) {
            case RecordType::Intent: status = encode(header, intent(), out); break;
            case RecordType::Result: status = encode(header, result(), out); break;
            case RecordType::Rollback: status = encode(header, rollback(), out); break;
            case RecordType::Resolve: status = encode(header, resolve(), out); break;
            case RecordType::Kv: status = encode(header, kv(), out); break;
            case RecordType::Note: status = encode(header, note(), out); break;
            case RecordType::Seal: status = encode(header, SealBody{random_.next(), text()}, out);
        }
        if (!status) out.clear();
        return header.type;
    }

    IntentBody intent() {
        IntentBody body;
        body.step = step();
        body.subject = subject();
        body.terms = terms();
        body.intent_tag = random_.next();
        body.target_client_order_id = text();
        body.identity_class = byte();
        body.fence = byte();
        body.fence_value = static_cast<std::int64_t>(random_.next());
        body.identity = text();
        random_.fill(body.request_sha256);
        body.rebuild = std::as_bytes(std::span(text()));
        body.trigger_seq = random_.next();
        body.trigger_time = time();
        body.before = {decimal(), decimal(), decimal()};
        add_postings(body.postings);
        add_postings(body.compensation);
        add_verdicts(body.verdicts);
        return body;
    }
    ResultBody result() {
        ResultBody body;
        body.step = step();
        body.status = static_cast<StepStatus>(1 + random_.below(5));
        body.subject = subject();
        body.order_status = byte();
        body.reason = static_cast<std::uint16_t>(random_.next());
        body.venue_time = time();
        body.filled_qty = decimal();
        body.leaves_qty = decimal();
        body.average_price = decimal();
        body.has_fill = random_.below(2) == 1;
        if (body.has_fill) {
            body.fill = {
                text(), byte(), byte(), byte(), decimal(), decimal(), decimal(), text(), time()};
        }
        body.position_quantity = decimal();
        body.position_average_price = decimal();
        body.position_realized_pnl = decimal();
        body.text = text();
        add_postings(body.postings);
        if (random_.below(2) == 1) random_.fill(body.answer_sha256);
        return body;
    }
    RollbackBody rollback() {
        RollbackBody body;
        body.step = step();
        body.subject = subject();
        body.reason = static_cast<std::uint16_t>(random_.next());
        body.text = text();
        add_postings(body.postings);
        return body;
    }
    ResolveBody resolve() {
        const auto status = static_cast<StepStatus>(1 + random_.below(5));
        return {step(), status, subject(), text(), text(), text()};
    }
    KvBody kv() { return {text(), text(), std::as_bytes(std::span(text()))}; }
    NoteBody note() {
        NoteBody body;
        body.kind = static_cast<NoteKind>(1 + random_.below(21));
        body.subject = subject();
        body.terms = terms();
        body.reason = static_cast<std::uint16_t>(random_.next());
        body.trigger_seq = random_.next();
        body.text = text();
        for (std::uint64_t i = random_.below(9); i > 0; --i)
            static_cast<void>(body.numbers.push({text(), decimal()}));
        add_verdicts(body.verdicts);
        if (random_.below(2) == 1) body.event_time = time();
        return body;
    }
    SeededRandom& random() { return random_; }

  private:
    StepKind step() { return static_cast<StepKind>(1 + random_.below(13)); }
    std::uint8_t byte() { return static_cast<std::uint8_t>(random_.next()); }
    Timestamp time() { return Timestamp{static_cast<std::int64_t>(random_.next())}; }
    Decimal decimal() {
        if (random_.below(4) == 0) return Decimal::null();
        return Decimal::from_abi({random_.next(), static_cast<std::int64_t>(random_.next())});
    }
    std::string_view text() {
        std::string text(random_.below(40), ' ');
        for (char& c : text)
            c = static_cast<char>(random_.next());
        texts_.push_back(std::move(text));
        return texts_.back();
    }
    Subject subject() {
        return {text(), text(), text(), text(), OrderRef{random_.next()}, text(), text()};
    }
    OrderTerms terms() {
        return {byte(),
                byte(),
                byte(),
                static_cast<std::uint32_t>(random_.next()),
                decimal(),
                decimal(),
                decimal(),
                time()};
    }
    void add_postings(Postings& postings) {
        for (std::uint64_t i = random_.below(Postings::capacity() + 1); i > 0; --i) {
            const auto bucket = static_cast<Bucket>(1 + random_.below(7));
            static_cast<void>(postings.push({text(), text(), bucket, decimal()}));
        }
    }
    void add_verdicts(Verdicts& verdicts) {
        for (std::uint64_t i = random_.below(Verdicts::capacity() + 1); i > 0; --i) {
            const auto reason = static_cast<std::uint16_t>(random_.next());
            static_cast<void>(verdicts.push({reason, random_.below(2) == 1, decimal(), decimal()}));
        }
    }

    SeededRandom random_;
    std::vector<std::string> texts_;
};

/// Decodes a record's body and encodes it again.
inline Expected<std::vector<std::byte>> encode_again(const Record& record) {
    std::vector<std::byte> out;
    const auto again = [&](auto body) -> Status {
        if (!body) return fail(body.error());
        return encode(record.header, *body, out);
    };
    Status status;
    switch (record.header.type) {
        case RecordType::Intent: status = again(decode_intent(record)); break;
        case RecordType::Result: status = again(decode_result(record)); break;
        case RecordType::Rollback: status = again(decode_rollback(record)); break;
        case RecordType::Resolve: status = again(decode_resolve(record)); break;
        case RecordType::Kv: status = again(decode_kv(record)); break;
        case RecordType::Note: status = again(decode_note(record)); break;
        case RecordType::Seal: status = again(decode_seal(record)); break;
    }
    if (!status) return fail(status.error());
    return out;
}

}  // namespace tradectl::wal
