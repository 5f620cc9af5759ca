// The ids of the things that Gatehouse keeps; each is a type of its own.
#pragma once

#include "base/uuid.hpp"

namespace gatehouse::accounts {

using AccountId = Id<struct AccountTag>;      // "sub"
using SessionId = Id<struct SessionTag>;      // "sid"
using DeviceId = Id<struct DeviceTag>;        // "did": one browser of one account
using BrowserId = Id<struct BrowserTag>;      // one browser, whoever logs in with it
using ChallengeId = Id<struct ChallengeTag>;  // a code that was sent
using BlockId = Id<struct BlockTag>;
using EventId = Id<struct EventTag>;
using TokenId = Id<struct TokenTag>;  // "jti"
using MailId = Id<struct MailTag>;    // a row of the outbox

}  // namespace gatehouse::accounts
