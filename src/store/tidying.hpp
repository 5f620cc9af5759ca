// What is over makes room; what comes needs some.
#pragma once

#include "store/connection.hpp"

namespace gatehouse::store {

// Makes the coming months' partitions of the events, closes blocks that have ended, removes challenges, mails
// and their counts that nobody will ask for again, and wipes signing keys that are retired. Does nothing
// while another transaction does it.
void tidy_up(Connection& connection);

}  // namespace gatehouse::store
