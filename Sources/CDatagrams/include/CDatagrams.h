#ifndef CDATAGRAMS_H
#define CDATAGRAMS_H

#include <stdint.h>

/// How many datagrams one call takes at most.
#define CDATAGRAMS_MOST 64

/// Sends datagrams on a connected socket without waiting.
///
/// They lie one after the other in `bytes`; `ends` has the offset after each, and `start` is where the first
/// begins. Returns how many were sent, at least one; -1 with `errno` if the first was not.
int cdatagrams_send(int socket, const uint8_t *bytes, uint32_t start, const uint32_t *ends, int count);

/// Receives datagrams without waiting, each into `size` bytes of `bytes`, and writes their lengths.
///
/// Returns how many came; -1 with `errno` if none did.
int cdatagrams_receive(int socket, uint8_t *bytes, uint32_t size, uint32_t *lengths, int count);

#endif
