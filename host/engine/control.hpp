/// Steers a live session: the engine's end of its control socket. Protocol: tradectl-control(5).
#pragma once

#include "host/engine/control_deed.hpp"
#include "host/engine/control_status.hpp"
#include "host/engine/state_dir.hpp"
#include "host/ops/control_server.hpp"

#include <tradectl/expected.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tradectl::engine {

/// What control works on; all of it must outlive it.
struct ControlParts {
    Disk& disk;
    const StatePaths& paths;
    Trading& trading;
    Pipeline& pipeline;
    const Projector& projector;
    std::function<SessionFacts()> facts;
    std::function<void()> note_halts;  ///< puts on record what became of the latch
};

/// Hears requests on the engine thread, a few a turn, and never waits for one. [engine]
class Control {
  public:
    using Handler = std::function<void(ops::ControlCall&&)>;

    /// Listens at `parts.paths.control()`; `ring` wakes the engine, [any]. Errors of
    /// ops::ControlServer::open.
    static Expected<std::unique_ptr<Control>> open(ControlParts parts, std::function<void()> ring);

    /// One more command, or another way to do one.
    void add(const std::string& command, Handler handler);

    /// Whether a request waits. [engine]
    [[nodiscard]] bool waiting() const { return server_ && server_->waiting(); }
    /// Carries out what came, and goes on with what was begun.
    void hear();
    /// Tells whoever waits how far it came, and closes the socket.
    void stop();

  private:
    explicit Control(ControlParts parts);
    void halt(ops::ControlCall&& call);
    void resume(ops::ControlCall&& call);
    void reset_breaker(ops::ControlCall&& call);
    void begin(ControlDeed::Kind kind, ops::ControlCall&& call);
    void note(const ops::ControlCall& call, const std::string& what);
    void note_denied();
    [[nodiscard]] Json halts_json(bool changed) const;

    ControlParts parts_;
    std::map<std::string, Handler> handlers_;
    std::vector<ControlDeed> deeds_;
    std::int64_t next_denied_ns_ = 0;
    std::unique_ptr<ops::ControlServer> server_;
};

}  // namespace tradectl::engine
