// Swift does not see sendmmsg and recvmmsg; elsewhere than on Linux there are none, and calls are made one by one.
#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "CDatagrams.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

static int least(int one, int other) { return one < other ? one : other; }

#ifdef __linux__

int cdatagrams_send(int socket, const uint8_t *bytes, uint32_t start, const uint32_t *ends, int count) {
  struct mmsghdr messages[CDATAGRAMS_MOST];
  struct iovec parts[CDATAGRAMS_MOST];
  count = least(count, CDATAGRAMS_MOST);
  memset(messages, 0, sizeof(messages[0]) * (size_t)count);
  for (int index = 0; index < count; index++) {
    parts[index].iov_base = (void *)(bytes + start);
    parts[index].iov_len = ends[index] - start;
    messages[index].msg_hdr.msg_iov = &parts[index];
    messages[index].msg_hdr.msg_iovlen = 1;
    start = ends[index];
  }
  return sendmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT);
}

int cdatagrams_receive(int socket, uint8_t *bytes, uint32_t size, uint32_t *lengths, int count) {
  struct mmsghdr messages[CDATAGRAMS_MOST];
  struct iovec parts[CDATAGRAMS_MOST];
  count = least(count, CDATAGRAMS_MOST);
  memset(messages, 0, sizeof(messages[0]) * (size_t)count);
  for (int index = 0; index < count; index++) {
    parts[index].iov_base = bytes + (size_t)size * (size_t)index;
    parts[index].iov_len = size;
    messages[index].msg_hdr.msg_iov = &parts[index];
    messages[index].msg_hdr.msg_iovlen = 1;
  }
  int received = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT, NULL);
  for (int index = 0; index < received; index++) lengths[index] = messages[index].msg_len;
  return received;
}

#else

int cdatagrams_send(int socket, const uint8_t *bytes, uint32_t start, const uint32_t *ends, int count) {
  count = least(count, CDATAGRAMS_MOST);
  for (int index = 0; index < count; index++) {
    if (send(socket, bytes + start, ends[index] - start, MSG_DONTWAIT) < 0) return index > 0 ? index : -1;
    start = ends[index];
  }
  return count;
}

int cdatagrams_receive(int socket, uint8_t *bytes, uint32_t size, uint32_t *lengths, int count) {
  count = least(count, CDATAGRAMS_MOST);
  for (int index = 0; index < count; index++) {
    ssize_t length = recv(socket, bytes + (size_t)size * (size_t)index, size, MSG_DONTWAIT);
    if (length < 0) return index > 0 ? index : -1;
    lengths[index] = (uint32_t)length;
  }
  return count;
}

#endif
