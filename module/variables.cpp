#include "module/variables.hpp"

#include <array>
#include <exception>
#include <optional>
#include <string>

#include "module/evaluate.hpp"
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

std::optional<std::string> status(ngx_http_request_t* r, std::string_view) {
  if (location_conf(r).policy != nullptr) evaluate(r);
  const std::optional<Verdict> verdict = last_verdict(r);
  if (!verdict) return std::nullopt;
  return std::string(name(*verdict));
}

template <std::string jose::AccessToken::*member>
std::optional<std::string> token_member(ngx_http_request_t* r, std::string_view) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr || (token->claims.*member).empty()) return std::nullopt;
  return token->claims.*member;
}

// Strings as they are, everything else as JSON text: a list joined by commas could not be told from one name
// with a comma in it.
std::optional<std::string> claim(ngx_http_request_t* r, std::string_view variable) {
  const VerifiedToken* token = identity(r);
  if (token == nullptr) return std::nullopt;
  const Result<json::Object, json::Error> claims = worker_parser().parse_object(token->claims.claims);
  if (!claims) return std::nullopt;
  const std::optional<json::Value> value = claims->find(variable.substr(kClaimPrefix.size()));
  if (!value || value->is_null()) return std::nullopt;
  if (const std::optional<std::string_view> text = value->string()) return std::string(*text);
  return value->text();
}

// `data` is the variable's name for a prefix, else 0.
template <std::optional<std::string> (*get)(ngx_http_request_t*, std::string_view)>
ngx_int_t variable(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  try {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): nginx hands the pointer over as a number.
    const auto* name = reinterpret_cast<const ngx_str_t*>(data);
    const std::optional<std::string> value = get(r, name != nullptr ? view(*name) : std::string_view{});
    return value ? set_value(r, v, *value) : set_absent(v);
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "gatehouse: a variable failed: %s", error.what());
    return NGX_ERROR;
  }
}

struct Variable {
  std::string_view name;
  ngx_http_get_variable_pt get;
  ngx_uint_t flags;
};

constexpr std::array kVariables{
    Variable{"gatehouse_status", variable<status>, 0},
    Variable{"gatehouse_subject", variable<token_member<&jose::AccessToken::subject>>, 0},
    Variable{"gatehouse_session", variable<token_member<&jose::AccessToken::session>>, 0},
    Variable{"gatehouse_device", variable<token_member<&jose::AccessToken::device>>, 0},
    Variable{"gatehouse_claims", variable<token_member<&jose::AccessToken::claims>>, 0},
    Variable{kClaimPrefix, variable<claim>, NGX_HTTP_VAR_PREFIX},
};

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) {
  for (const Variable& wanted : kVariables) {
    ngx_str_t name{wanted.name.size(), reinterpret_cast<u_char*>(const_cast<char*>(wanted.name.data()))};
    ngx_http_variable_t* added = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE | wanted.flags);
    if (added == nullptr) return NGX_ERROR;
    added->get_handler = wanted.get;
  }
  return NGX_OK;
}

}  // namespace gatehouse::gate
