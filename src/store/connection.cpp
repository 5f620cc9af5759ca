#include "store/connection.hpp"

#include <postgresql/libpq-fe.h>

#include <new>
#include <utility>

namespace gatehouse::store {
namespace {

constexpr Statement kBegin{"begin", "begin"};
constexpr Statement kCommit{"commit", "commit"};
constexpr Statement kRollback{"rollback", "rollback"};

bool succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

SqlError error_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return {PQresultErrorMessage(result), state == nullptr ? "" : state};
}

std::shared_ptr<PGresult> shared(PGresult* result) {
  return {result, PQclear};
}

}  // namespace

Rows Answer::rows() {
  if (!place_->rows) connection_->settle();
  if (!place_->rows) throw std::logic_error("PostgreSQL has not answered what was asked before it failed");
  return *place_->rows;
}

void Connection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Connection::Connection(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (!connection_) throw std::bad_alloc();
  if (!is_open()) throw failure();
  PQsetNoticeReceiver(
      connection_.get(), [](void*, const PGresult*) {}, nullptr);
  PQenterPipelineMode(connection_.get());
}

Connection::~Connection() = default;

bool Connection::is_open() const {
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

Rows Connection::run(const std::string& sql) {
  settle();
  if (PQexitPipelineMode(connection_.get()) != 1) throw failure();
  const std::shared_ptr<PGresult> result = shared(PQexec(connection_.get(), sql.c_str()));
  if (!succeeded(result.get())) {
    PQenterPipelineMode(connection_.get());
    throw result ? error_of(result.get()) : failure();
  }
  if (PQenterPipelineMode(connection_.get()) != 1) throw failure();
  return Rows(result);
}

Answer Connection::queue(const Statement& statement, const Parameter* parameters, std::size_t count) {
  prepare(statement);
  std::vector<const char*> values(count);
  std::vector<int> sizes(count);
  std::vector<int> formats(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = parameters[i].data();
    sizes[i] = parameters[i].size();
    formats[i] = parameters[i].format();
  }
  if (PQsendQueryPrepared(connection_.get(), statement.name, static_cast<int>(count), values.data(),
                          sizes.data(), formats.data(), 0) != 1)
    throw failure();
  Answer answer(*this);
  owed_.push_back({statement.name, answer.place_});
  return answer;
}

void Connection::prepare(const Statement& statement) {
  if (!prepared_.insert(statement.name).second) return;
  if (PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr) != 1) throw failure();
  owed_.push_back({statement.name, nullptr});
}

void Connection::settle() {
  if (owed_.empty()) return;
  const std::vector<Owed> all = std::exchange(owed_, {});
  if (PQpipelineSync(connection_.get()) != 1) throw failure();
  std::optional<SqlError> first;
  for (const Owed& owed : all) {
    std::optional<SqlError> failed = collect(owed);
    if (failed && owed.place == nullptr) prepared_.erase(owed.statement);
    if (failed && !first) first = std::move(failed);
    if (!is_open()) throw *std::move(first);
  }
  const std::shared_ptr<PGresult> synchronized = shared(PQgetResult(connection_.get()));
  if (PQresultStatus(synchronized.get()) != PGRES_PIPELINE_SYNC && !first) throw failure();
  if (first) throw *std::move(first);
}

std::optional<SqlError> Connection::collect(const Owed& owed) {
  std::optional<SqlError> failed;
  while (is_open()) {
    const std::shared_ptr<PGresult> result = shared(PQgetResult(connection_.get()));
    if (!result) break;
    if (!succeeded(result.get())) {
      if (!failed) failed = error_of(result.get());
    } else if (owed.place) {
      owed.place->rows = Rows(result);
    }
  }
  if (!failed && !is_open()) failed = failure();
  return failed;
}

SqlError Connection::failure() const {
  return {PQerrorMessage(connection_.get()), ""};
}

Work::Work(Connection& connection) : connection_(connection) {
  connection_.post(kBegin);
}

Work::~Work() {
  // Behind a posted statement that fails, the first ROLLBACK is passed over. A connection that breaks ends
  // the transaction, too.
  for (int attempt = 0; !over_ && attempt < 2 && connection_.is_open(); ++attempt) try {
      connection_.execute(kRollback);
      over_ = true;
    } catch (const std::exception&) {
    }
}

void Work::commit() {
  Answer answer = connection_.post(kCommit);
  const Rows done = answer.rows();
  over_ = true;
  if (done.command() != "COMMIT") throw std::logic_error("a transaction that had failed was committed");
}

}  // namespace gatehouse::store
