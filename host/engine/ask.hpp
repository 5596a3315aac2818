/// A question to an exchange whose answer the caller waits for: start-up and commands, never
/// trading.
#pragma once

#include "host/exchange/runtime.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>

namespace tradectl::engine {

/// Waits a little for something to happen: a commit that ended, a message.
using WaitALittle = std::function<void()>;

/// Delivers what the exchange says until the request is answered; everything else goes to `others`.
/// Unavailable after `attempts_max` waits, the store's own error when it failed. [engine]
Expected<exchange::Completion> await_answer(exchange::ExchangeRuntime& runtime,
                                            std::uint64_t request_id,
                                            exchange::ExchangeSink& others,
                                            const WaitALittle& wait,
                                            int attempts_max = 3000);

}  // namespace tradectl::engine
