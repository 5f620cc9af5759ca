#include "accounts/account.hpp"

#include "accounts/names.hpp"

namespace gatehouse::accounts {
namespace {

constexpr Names<AccountState, 4> kStates{{{AccountState::kActive, "active"},
                                          {AccountState::kUnverified, "unverified"},
                                          {AccountState::kDisabled, "disabled"},
                                          {AccountState::kBlocked, "blocked"}}};

}  // namespace

std::string_view name(AccountState state) {
  return name_in(kStates, state);
}

std::optional<AccountState> parse_account_state(std::string_view name) {
  return value_in(kStates, name);
}

}  // namespace gatehouse::accounts
