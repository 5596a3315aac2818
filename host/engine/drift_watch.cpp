#include "host/engine/drift_watch.hpp"

#include "host/base/log.hpp"

#include <iterator>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kCompareNs = 15 * kNsPerSecond;
/// From a reading that found something to the next: enough for what is on its way to arrive.
constexpr std::int64_t kCompareAgainNs = kNsPerSecond;

std::string line_of(const recovery::Finding& finding) {
    std::string text =
        std::string(to_string(finding.kind)) + " " + finding.id + ": " + finding.topic.venue;
    for (const std::string* part :
         {&finding.topic.account, &finding.topic.instrument, &finding.topic.key}) {
        if (!part->empty()) text += ", " + *part;
    }
    text += ": " + finding.text;
    if (!finding.delta.is_null()) {
        const auto shown = [](Decimal value) {
            return value.is_null() ? std::string("nothing") : value.to_string();
        };
        text += " (ours " + shown(finding.ours) + ", theirs " + shown(finding.theirs) + ")";
    }
    return text;
}

}  // namespace

Status halt_for(Trading& trading, const recovery::Finding& finding, const std::string& actor) {
    const bool known = trading.table.find(finding.topic.instrument).has_value();
    const Halt halt{.scope = known ? "instrument:" + finding.topic.instrument
                                   : "exchange:" + finding.topic.venue,
                    .since = trading.clock.now(),
                    .actor = actor,
                    .reason = "reconcile: " + line_of(finding)};
    return trading.halts.add(halt);
}

DriftWatch::DriftWatch(Disk& disk, const StatePaths& paths, Trading& trading, Pipeline& pipeline)
    : disk_(disk),
      paths_(paths),
      trading_(trading),
      pipeline_(pipeline),
      tolerances_(tolerances_of(trading.config.reconcile)) {
    last_.venues = trading.config.exchanges.size();
}

Status DriftWatch::open_books() {
    auto reader = ledger::Reader::open(disk_, paths_.ledger());
    if (!reader) return fail(reader.error());
    reader_.emplace(std::move(*reader));
    ledger_ = std::make_unique<LedgerBooks>(*reader_, trading_.table);
    live_ = std::make_unique<LiveBooks>(trading_, pipeline_, *ledger_);
    if (has_cursors_) return {};
    auto applied = reader_->applied_sequence();
    if (!applied) return fail(applied.error());
    cursors_ = read_cursors(disk_, paths_, trading_.identity.log_id, *applied);
    has_cursors_ = true;
    return {};
}

/// A snapshot that stays open keeps the ledger's file from being folded.
void DriftWatch::close_books() {
    survey_.reset();
    live_.reset();
    ledger_.reset();
    reader_.reset();
}

void DriftWatch::begin(std::uint32_t exchange) {
    exchange_ = exchange;
    const std::string& venue = trading_.config.exchanges[exchange].name;
    const bool whole = serving_ && serving_->history == History::Whole;
    const FillCursors from = whole ? FillCursors() : cursors_[venue];
    survey_ = std::make_unique<Survey>(trading_.table,
                                       venue,
                                       *live_,
                                       tolerances_,
                                       from,
                                       trading_.exchanges[exchange]->knows_since(),
                                       trading_.clock);
}

Status DriftWatch::look_now(const WaitALittle& wait) {
    if (auto opened = open_books(); !opened) return opened;
    for (std::uint32_t i = 0; i < trading_.config.exchanges.size(); ++i) {
        begin(i);
        auto& runtime = *trading_.exchanges[i];
        while (const auto question = survey_->next())
            survey_->take(await_answer(runtime, (*question)(runtime), pipeline_, wait));
        if (auto ended = end_venue(); !ended) return ended;
    }
    ++readings_;
    close_books();
    auto report = report_of(std::exchange(reading_, {}));
    if (!report) return fail(report.error());
    publish(std::move(*report));
    return {};
}

void DriftWatch::on_clock() {
    const Timestamp now = trading_.clock.now();
    if (survey_) {
        if (now < deadline_) return;
        request_ = 0;
        survey_->take(
            fail(ErrorCode::Unavailable,
                 "exchange '" + trading_.exchanges[exchange_]->name() + "' does not answer"));
        ask_next();
        return;
    }
    if (asked_ && !serving_) serve();
    if (due_.is_none()) due_ = next_due();
    if (due_.is_none() || now < due_ || trading_.config.exchanges.empty()) return;
    if (auto opened = open_books(); !opened) return give_up(opened.error());
    begin(0);
    ask_next();
}

void DriftWatch::ask_next() {
    while (survey_) {
        if (const auto question = survey_->next()) {
            deadline_ = trading_.clock.now().plus_ns(kCompareNs);
            request_ = (*question)(*trading_.exchanges[exchange_]);
            return;
        }
        if (auto ended = end_venue(); !ended) return give_up(ended.error());
        if (exchange_ + 1 < trading_.config.exchanges.size()) {
            begin(exchange_ + 1);
        } else {
            end_reading();
        }
    }
}

void DriftWatch::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    if (!survey_ || exchange != exchange_ || completion.request_id != request_) {
        pipeline_.on_completion(exchange, std::move(completion));
        return;
    }
    request_ = 0;
    survey_->take(std::move(completion));
    ask_next();
}

void DriftWatch::on_exchange_event(std::uint32_t exchange, const tradectl_event& event) {
    pipeline_.on_exchange_event(exchange, event);
}

Status DriftWatch::end_venue() {
    auto compared = survey_->finish();
    const std::string& venue = trading_.config.exchanges[exchange_].name;
    if (compared) cursors_[venue] = survey_->cursors();
    survey_.reset();
    if (!compared) return fail(compared.error());
    if (compared->answers != 0) ++answered_;
    std::move(compared->findings.begin(),
              compared->findings.end(),
              std::back_inserter(reading_.findings));
    std::move(compared->gaps.begin(), compared->gaps.end(), std::back_inserter(reading_.gaps));
    return {};
}

/// What differs is read again soon; then it counts.
void DriftWatch::end_reading() {
    ++readings_;
    close_books();
    passes_.take(std::exchange(reading_, {}));
    if (passes_.wants_more()) {
        answered_ = 0;
        due_ = trading_.clock.now().plus_ns(kCompareAgainNs);
        return;
    }
    auto report = report_of(passes_.result(recovery::Passes::Sides::Moving));
    const auto asked = std::exchange(serving_, std::nullopt);
    start_anew();
    if (asked) {
        asked->heard(std::move(report));
    } else if (report) {
        publish(std::move(*report));
    }
}

/// None: never by itself.
Timestamp DriftWatch::next_due() const {
    const std::int64_t interval = trading_.config.reconcile.interval_ns;
    return interval == 0 ? Timestamp::none() : trading_.clock.now().plus_ns(interval);
}

void DriftWatch::start_anew() {
    reading_ = {};
    passes_ = {};
    answered_ = 0;
    readings_ = 0;
    due_ = next_due();
}

/// Whoever asked goes first; the comparison that was under way is made again after it.
void DriftWatch::serve() {
    start_anew();
    serving_ = std::exchange(asked_, std::nullopt);
    due_ = trading_.clock.now();
}

void DriftWatch::forget() {
    asked_.reset();
    if (!serving_) return;
    serving_.reset();
    close_books();
    start_anew();
}

Expected<ReconcileReport> DriftWatch::report_of(recovery::Comparison&& result) {
    ReconcileReport report;
    report.venues = last_.venues;
    report.venues_answered = std::exchange(answered_, 0);
    report.readings = std::exchange(readings_, 0);
    report.run_lives = true;
    report.asked = trading_.clock.now();
    report.findings = std::move(result.findings);
    report.gaps = std::move(result.gaps);
    auto acks = read_acks(disk_, paths_, report.asked);
    if (!acks && serving_) return fail(acks.error());
    if (acks) {
        report.acks = std::move(*acks);
    } else {
        log(LogLevel::Error, "reconcile", acks.error().message);
    }
    set_aside(report);
    auto kept = write_cursors(disk_, paths_, trading_.identity.log_id, cursors_);
    if (!kept) log(LogLevel::Warning, "reconcile", kept.error().message);
    return report;
}

void DriftWatch::publish(ReconcileReport&& report) {
    std::set<std::string> now;
    for (const recovery::Finding& finding : report.findings) {
        now.insert(finding.id);
        if (told_.count(finding.id) == 0) tell(finding);
    }
    for (const recovery::Gap& gap : report.gaps) {
        now.insert(gap.id);
        if (told_.count(gap.id) != 0) continue;
        log(LogLevel::Warning,
            "reconcile",
            "cannot tell " + gap.what + " " + gap.id + ": " + gap.topic.venue + ": " + gap.why);
    }
    told_ = std::move(now);
    last_ = std::move(report);
}

void DriftWatch::tell(const recovery::Finding& finding) {
    const std::string line = line_of(finding);
    log(LogLevel::Error, "reconcile", line);
    if (trading_.observer != nullptr) trading_.observer->on_message("drift: " + line);
    pipeline_.scribe().note(wal::NoteKind::Fault, "host", "drift: " + line);
    const bool orphan = finding.kind == recovery::FindingKind::OrphanOrder ||
                        finding.kind == recovery::FindingKind::OrphanPosition;
    const std::string& subject =
        finding.topic.instrument.empty() ? finding.topic.venue : finding.topic.instrument;
    if (orphan) {
        trading_.alert_orphan(finding.topic.key, subject, line);
    } else {
        trading_.alert(config::AlertKind::Drift, subject, line);
    }
    const auto policy = trading_.config.reconcile.policy.find(std::string(to_string(finding.kind)));
    if (policy != trading_.config.reconcile.policy.end() &&
        policy->second == config::DriftPolicy::Report)
        return;
    // Whatever else the policy allows waits for an operator; until then nothing is added to it.
    if (auto halted = halt_for(trading_, finding, "reconcile"); !halted)
        log(LogLevel::Error, "halt", halted.error().message);
}

/// Our own books cannot be read: said, and tried again when the next comparison is due.
void DriftWatch::give_up(const Error& error) {
    log(LogLevel::Error, "reconcile", error.message);
    close_books();
    const auto asked = std::exchange(serving_, std::nullopt);
    start_anew();
    if (asked) asked->heard(fail(error));
}

}  // namespace tradectl::engine
