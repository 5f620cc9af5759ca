// gatehoused with PostgreSQL and Redis of its own, and people with accounts, asked without nginx in between.
//
//   DaemonSite site;
//   Person& person = site.people().front();
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "test/bench/client.hpp"
#include "test/support/house.hpp"
#include "test/support/process.hpp"
#include "test/support/redis.hpp"

namespace gatehouse::bench {

// Who is logged in, with what the next request needs.
struct Person {
  std::string username;
  std::string access_token;
  std::string refresh_token;
  std::string device_token;

  std::string login_request() const;
  std::string refresh_request() const;
  std::string account_request() const;
  // Asks for nothing but an answer.
  std::string health_request() const;
  // Takes the tokens out of the answer to a login or refresh.
  void take(const Reply& reply);
};

class DaemonSite {
 public:
  static constexpr std::size_t kPeople = 16;

  DaemonSite();

  const Endpoint& endpoint() const { return endpoint_; }
  std::vector<Person>& people() { return people_; }
  // The same people with sessions of their own.
  std::vector<Person> logged_in();
  const std::string& conninfo() const { return house_.conninfo; }
  // What PostgreSQL has logged so far.
  std::string postgres_log() const { return cluster_.log(); }
  pid_t daemon() const { return daemon_->pid(); }
  // Argon2id as the daemon is set up.
  static accounts::PasswordHasher::Cost hash_cost() { return {.slots = 1}; }
  static const std::string& password();

 private:
  void write_settings() const;

  test::Postgres cluster_;
  test::House house_{cluster_};
  test::Redis redis_;
  test::TempDir folder_;
  Endpoint endpoint_{.path = folder_ / "s", .host = {}, .port = 0};
  std::optional<test::Process> daemon_;
  std::vector<Person> people_;
};

// Keeps `connections` busy for as long; returns the replies per second. `next` gives the next request of a
// connection and is shown the reply to the last one; every reply must have the status.
double rate_of(const Endpoint& endpoint, std::size_t connections, double seconds, int status,
               const std::function<std::string(std::size_t, const Reply*)>& next);

}  // namespace gatehouse::bench
