#include "module/variables.hpp"

#include <array>
#include <exception>
#include <optional>
#include <string>

#include "module/evaluate.hpp"
#include "module/log.hpp"
#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::string_view kClaimPrefix = "gatehouse_claim_";

ngx_int_t set_value(ngx_http_request_t* r, ngx_http_variable_value_t* v, std::string_view text) {
  const ngx_str_t copy = copy_to_pool(r->pool, text);
  v->data = copy.data;
  v->len = static_cast<unsigned>(copy.len);
  v->valid = 1;
  v->no_cacheable = 1;
  v->not_found = 0;
  return NGX_OK;
}

ngx_int_t set_absent(ngx_http_variable_value_t* v) {
  v->not_found = 1;
  return NGX_OK;
}

// The identity under the present location's policy, nullptr if there is none.
const VerifiedToken* identity(ngx_http_request_t* r) {
  return location_conf(r).policy == nullptr ? nullptr : evaluate(r).identity();
}

std::optional<std::string_view> status(ngx_http_request_t* r, std::string_view) {
  if (location_conf(r).policy != nullptr) evaluate(r);
  const std::optional<Verdict> verdict = last_verdict(r);
  if (!verdict) return std::nullopt;
  return name(*verdict);
}

// The claim that the token's issuer uses for this.
template <std::string jose::ClaimsPolicy::*name>
std::optional<std::string_view> named_claim(ngx_http_request_t* r, std::string_view) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr) return std::nullopt;
  const std::string& claim = token->issuer->claims.*name;
  if (claim.empty()) return std::nullopt;
  return claims_reader().find(*token, {&claim, 1});
}

std::optional<std::string_view> claims(ngx_http_request_t* r, std::string_view) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr) return std::nullopt;
  return claims_reader().text(*token);
}

// Strings as they are, everything else as JSON text: a list joined by commas could not be told from one name
// with a comma in it.
std::optional<std::string_view> claim(ngx_http_request_t* r, std::string_view variable) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr) return std::nullopt;
  const std::string name(variable.substr(kClaimPrefix.size()));
  return claims_reader().find(*token, {&name, 1});
}

std::optional<std::string_view> claim_at(ngx_http_request_t* r, const ClaimPath& path) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr) return std::nullopt;
  return claims_reader().find(*token, path);
}

template <typename Get>
ngx_int_t guarded(ngx_http_request_t* r, ngx_http_variable_value_t* v, Get get) {
  try {
    const std::optional<std::string_view> value = get();
    return value ? set_value(r, v, *value) : set_absent(v);
  } catch (const std::exception& error) {
    log_about(r, NGX_LOG_ERR, std::string("a variable failed: ") + error.what());
    return NGX_ERROR;
  }
}

// `data` is the variable's name for a prefix, else 0.
template <std::optional<std::string_view> (*get)(ngx_http_request_t*, std::string_view)>
ngx_int_t variable(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): nginx hands the pointer over as a number.
  const auto* name = reinterpret_cast<const ngx_str_t*>(data);
  return guarded(r, v, [&] { return get(r, name != nullptr ? view(*name) : std::string_view{}); });
}

ngx_int_t claim_variable(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): nginx hands the pointer over as a number.
  return guarded(r, v, [&] { return claim_at(r, *reinterpret_cast<const ClaimPath*>(data)); });
}

struct Variable {
  std::string_view name;
  ngx_http_get_variable_pt get;
  ngx_uint_t flags;
};

constexpr std::array kVariables{
    Variable{"gatehouse_status", variable<status>, 0},
    Variable{"gatehouse_subject", variable<named_claim<&jose::ClaimsPolicy::subject_claim>>, 0},
    Variable{"gatehouse_session", variable<named_claim<&jose::ClaimsPolicy::session_claim>>, 0},
    Variable{"gatehouse_device", variable<named_claim<&jose::ClaimsPolicy::device_claim>>, 0},
    Variable{"gatehouse_claims", variable<claims>, 0},
    Variable{kClaimPrefix, variable<claim>, NGX_HTTP_VAR_PREFIX},
};

ngx_http_variable_t* add(ngx_conf_t* cf, std::string_view name, ngx_uint_t flags) {
  ngx_str_t text{name.size(), reinterpret_cast<u_char*>(const_cast<char*>(name.data()))};
  return ngx_http_add_variable(cf, &text, NGX_HTTP_VAR_NOCACHEABLE | flags);
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) {
  for (const Variable& wanted : kVariables) {
    ngx_http_variable_t* added = add(cf, wanted.name, wanted.flags);
    if (added == nullptr) return NGX_ERROR;
    added->get_handler = wanted.get;
  }
  return NGX_OK;
}

ngx_int_t add_claim_variable(ngx_conf_t* cf, std::string_view name, const ClaimPath& path) {
  ngx_http_variable_t* added = add(cf, name, 0);
  if (added == nullptr) return NGX_ERROR;
  added->get_handler = claim_variable;
  added->data = reinterpret_cast<uintptr_t>(&path);
  return NGX_OK;
}

}  // namespace gatehouse::gate
