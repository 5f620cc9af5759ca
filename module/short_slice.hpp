// For a thread that works for microseconds at a time, and whose work others wait for.
#pragma once

namespace gatehouse::gate {

// The calling thread shall be let in soon also where others compute without end: it asks for turns of 0.1 ms,
// so that its next one is due sooner than theirs (Linux 6.12 and later; others take no notice). It gets no
// more time in all, and needs no privilege.
void ask_for_short_slice();

}  // namespace gatehouse::gate
