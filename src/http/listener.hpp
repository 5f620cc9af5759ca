// A listening socket: TCP, or a unix socket with its file.
#pragma once

#include <sys/types.h>

#include "base/endpoint.hpp"

namespace gatehouse::http {

class Listener {
 public:
  // Bound and listening when this returns. A unix socket's file has mode 0660; one that nobody listens on any
  // more is replaced. Throws std::runtime_error, which names the endpoint.
  explicit Listener(const Endpoint& endpoint);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // As given, with the port that the kernel chose if it was 0.
  const Endpoint& endpoint() const { return endpoint_; }
  int family() const { return family_; }

  // The descriptor, whose owner is the caller from now on.
  int release();
  // Removes the unix socket's file, unless another process has put its own there. To be called while the
  // descriptor is open: until then the file's inode number is not given to another.
  void remove_file();

 private:
  void bind_unix();
  void bind_tcp();

  Endpoint endpoint_;
  int family_ = 0;
  int fd_ = -1;
  dev_t device_ = 0;  // of the socket's file, as we made it
  ino_t inode_ = 0;
};

}  // namespace gatehouse::http
