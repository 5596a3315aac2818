// The same venue, reached over a network: it tells markets and what wallets do, and nobody trades
// there on paper.
#define LISTING_WIRE R"({"hosts":["127.0.0.1"],"harmless":[],"buckets":[]})"
#include "listing_exchange.cpp"
