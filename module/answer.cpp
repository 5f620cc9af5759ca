#include "module/answer.hpp"

#include <string>

#include "module/log.hpp"
#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

std::string quoted_string(std::string_view text) {
  std::string out(1, '"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out.append(1, '"');
}

// RFC 6750 section 3.1, RFC 9470 section 3.
std::string_view challenge_error(Status status) {
  if (status == Status::kLoginRequired) return "insufficient_user_authentication";
  return http_status(status) == NGX_HTTP_BAD_REQUEST ? "invalid_request" : "invalid_token";
}

// RFC 6750 section 3: who sent no token learns no more than that one is needed.
std::string challenge(const Policy& policy, const Verdict& verdict) {
  std::string out = "Bearer realm=" + quoted_string(policy.realm);
  if (verdict.status == Status::kNoToken) return out;
  out.append(", error=").append(quoted_string(challenge_error(verdict.status)));
  return out.append(", error_description=").append(quoted_string(description(verdict)));
}

// Replaces a header of this name, which an answer before an internal redirect may have left.
ngx_table_elt_t* set_header(ngx_http_request_t* r, std::string_view name, std::string_view value) {
  for (ngx_list_part_t* part = &r->headers_out.headers.part; part != nullptr; part = part->next) {
    auto* headers = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (view(headers[i].key) == name) headers[i].hash = 0;
    }
  }
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (header == nullptr) throw std::bad_alloc();
  *header = {};
  header->hash = 1;
  header->key = copy_to_pool(r->pool, name);
  header->value = copy_to_pool(r->pool, value);
  return header;
}

void set_headers(ngx_http_request_t* r, const Policy& policy, const Verdict& verdict) {
  const int status = http_status(verdict.status);
  set_header(r, "Cache-Control", "no-store");
  if (status == NGX_HTTP_UNAUTHORIZED || status == NGX_HTTP_BAD_REQUEST)
    r->headers_out.www_authenticate = set_header(r, "WWW-Authenticate", challenge(policy, verdict));
  if (status == NGX_HTTP_SERVICE_UNAVAILABLE) set_header(r, "Retry-After", "1");
}

// Whether nginx's special response handler would use an error_page, by its own rules.
bool has_error_page(ngx_http_request_t* r, int status) {
  const auto* core =
      static_cast<ngx_http_core_loc_conf_t*>(ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  if (r->error_page != 0 || core->error_pages == nullptr || r->uri_changes == 0) return false;
  const auto* pages = static_cast<ngx_http_err_page_t*>(core->error_pages->elts);
  for (ngx_uint_t i = 0; i < core->error_pages->nelts; ++i) {
    if (pages[i].status == status) return true;
  }
  return false;
}

std::string_view title(int status) {
  switch (status) {
    case NGX_HTTP_BAD_REQUEST:
      return "Bad Request";
    case NGX_HTTP_UNAUTHORIZED:
      return "Unauthorized";
    case NGX_HTTP_FORBIDDEN:
      return "Forbidden";
    case NGX_HTTP_SERVICE_UNAVAILABLE:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

// Every value is of our own vocabulary or hexadecimal, so nothing needs escaping.
std::string problem(ngx_http_request_t* r, const Verdict& verdict) {
  const int status = http_status(verdict.status);
  std::string out = R"({"type":"about:blank","title":")";
  out.append(title(status)).append(R"(","status":)").append(std::to_string(status));
  out.append(R"(,"detail":")").append(description(verdict));
  out.append(R"(","code":")").append(name(verdict)).append(R"(")");
  const ngx_http_variable_value_t* id =
      ngx_http_get_indexed_variable(r, static_cast<ngx_uint_t>(main_conf(r).request_id_index));
  if (id != nullptr && id->not_found == 0)
    out.append(R"(,"request_id":")").append(reinterpret_cast<const char*>(id->data), id->len).append(R"(")");
  return out.append("}\n");
}

ngx_int_t send(ngx_http_request_t* r, int status, std::string_view body) {
  // The client waits for no "100 Continue", and an error before an internal redirect is not what we answer.
  r->expect_tested = 1;
  r->err_status = static_cast<ngx_uint_t>(status);
  ngx_http_complex_value_t value{};
  value.value = copy_to_pool(r->pool, body);
  ngx_str_t type = ngx_string("application/problem+json");
  return ngx_http_send_response(r, static_cast<ngx_uint_t>(status), &type, &value);
}

void log_refusal(ngx_http_request_t* r, const Verdict& verdict) {
  log_about(r, location_conf(r).severity(), "refused: " + std::string(name(verdict)));
}

}  // namespace

ngx_int_t refuse(ngx_http_request_t* r, const Policy& policy, const Verdict& verdict) {
  log_refusal(r, verdict);
  const int status = http_status(verdict.status);
  set_headers(r, policy, verdict);
  // A subrequest's body would become part of another document.
  if (r != r->main || has_error_page(r, status)) return status;
  ngx_http_finalize_request(r, send(r, status, problem(r, verdict)));
  return NGX_DONE;
}

ngx_int_t object(ngx_http_request_t* r, const Policy& policy, const Verdict& verdict) {
  log_refusal(r, verdict);
  const int status = http_status(verdict.status);
  set_headers(r, policy, verdict);
  if (status == NGX_HTTP_UNAUTHORIZED || status == NGX_HTTP_FORBIDDEN) return status;
  // To nginx any other status ends the phase, although the next check may be satisfied.
  r->access_code = static_cast<ngx_uint_t>(status);
  return NGX_DECLINED;
}

}  // namespace gatehouse::gate
