#include "accounts/verification_link.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"

namespace gatehouse::http {
namespace {

using Values = std::map<std::string, std::string>;

// "https://example.org" as people read it.
std::string site(const Call& call) {
  const std::string& url = call.ports().rules.public_url;
  return url.substr(url.find("//") + 2);
}

// `part` of the page is shown; its parts are named by what has happened.
Response page(const Call& call, int status, std::string_view part, Values values = {}) {
  values.insert({{std::string(part), "shown"}, {"site", site(call)}});
  return call.backend.verify_email_page.answer(status, values);
}

Response page(const Call& call, const accounts::Refusal& refusal) {
  return page(call, problem_of(refusal).status, code(refusal.error));
}

Response page(const Call& call, std::string_view part, const accounts::LinkOffer& offer) {
  return page(call, 200, part, {{"username", offer.username}, {"email", offer.email}});
}

}  // namespace

Outcome get_verify_email(const Call& call) {
  const auto offer = accounts::read_link(call.ports(), call.parameters.at(0), call.origin);
  return offer ? page(call, "asked", *offer) : page(call, offer.error());
}

// The token is what a forged request would have to know; there is no cookie that would help it.
Outcome post_verify_email(const Call& call) {
  const std::string& token = call.parameters.at(0);
  if (call.request.body == "answer=confirm") {
    const auto confirmed = accounts::confirm_link(call.ports(), token, call.origin);
    return confirmed ? page(call, "confirmed", *confirmed) : page(call, confirmed.error());
  }
  if (call.request.body == "answer=not_me") {
    const auto disowned = accounts::disown_link(call.ports(), token, call.origin);
    return disowned ? page(call, 200, "disowned") : page(call, disowned.error());
  }
  return Unexpected(
      invalid_input({{"answer", "invalid_answer", "the form must say answer=confirm or answer=not_me"}}));
}

}  // namespace gatehouse::http
