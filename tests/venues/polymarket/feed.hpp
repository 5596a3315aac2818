/// The two WebSocket channels: subscriptions, frames, and what spoils them.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

int open_session(World& world, Channel channel);
void close_session(World& world, int id);
/// A text frame from the client.
void on_text(World& world, int id, const std::string& text);

/// To all who follow `token`; `custom` events only to those who asked for them.
enum class Audience { Everyone, Custom };
void publish_market(World& world, const std::string& token, const Json& body, Audience audience);
void publish_user(World& world,
                  const std::string& api_key,
                  const std::string& condition,
                  const Json& body);
/// Sends `text` with the session's faults applied.
void push_text(World& world, Session& session, const std::string& text);

/// Snapshot with its hash, as REST and the market channel give it.
Json book_json(World& world, const Token& token);
void publish_book(World& world, const Token& token);
/// New totals of changed levels.
struct LevelChange {
    Side side;
    Micro price;
};
void publish_levels(World& world, const Token& token, const std::vector<LevelChange>& changes);

}  // namespace polysim
