// The directives that make the policy of a location.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "module/ascii.hpp"
#include "module/conf.hpp"
#include "module/conf_error.hpp"
#include "module/cross_site.hpp"
#include "module/directives.hpp"
#include "module/value.hpp"

namespace gatehouse::gate {
namespace {

LocationConf& location_of(void* conf) {
  return *static_cast<LocationConf*>(conf);
}

bool flag(const ngx_str_t& word) {
  if (view(word) == "on") return true;
  if (view(word) == "off") return false;
  throw ConfError("it must be \"on\" or \"off\", not " + quoted(word));
}

template <std::optional<bool> LocationConf::*member>
char* set_flag(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    std::optional<bool>& value = location_of(conf).*member;
    refuse_duplicate(value.has_value());
    value = flag(arguments(cf)[1]);
  });
}

Protection protection_of(std::span<ngx_str_t> words) {
  if (view(words[0]) == "off") {
    if (words.size() > 1) throw ConfError("invalid parameter " + quoted(words[1]));
    return {};
  }
  if (words[0].len == 0) throw ConfError("an empty realm");
  if (std::ranges::any_of(view(words[0]), is_control)) throw ConfError("a realm has no control characters");
  if (words.size() > 1 && view(words[1]) != "optional")
    throw ConfError("invalid parameter " + quoted(words[1]));
  return {.on = true, .optional = words.size() > 1, .realm = std::string(view(words[0]))};
}

TokenSource source_of(const ngx_str_t& word) {
  using Place = TokenSource::Place;
  const std::string_view text = view(word);
  if (text == "header") return {};
  const std::size_t equals = text.find('=');
  const std::string_view place = text.substr(0, equals);
  const std::string name(equals == text.npos ? std::string_view{} : text.substr(equals + 1));
  if (place != "cookie" && place != "arg") throw ConfError("invalid parameter " + quoted(word));
  if (!is_token(name)) throw ConfError("invalid name in " + quoted(word));
  return {place == "cookie" ? Place::kCookie : Place::kArgument, name};
}

constexpr std::array kLevels{
    std::pair{std::string_view("info"), NGX_LOG_INFO}, std::pair{std::string_view("notice"), NGX_LOG_NOTICE},
    std::pair{std::string_view("warn"), NGX_LOG_WARN}, std::pair{std::string_view("error"), NGX_LOG_ERR}};

constexpr std::array kToldEvents{std::pair{std::string_view("off"), ToldEvents::kNone},
                                 std::pair{std::string_view("denied"), ToldEvents::kRefusals},
                                 std::pair{std::string_view("all"), ToldEvents::kAll}};

}  // namespace

char* set_protection(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.protection.has_value());
    location.protection = protection_of(arguments(cf).subspan(1));
    MainConf& main = main_conf(cf);
    if (location.protection->on && !main.protection) main.protection = Mention::here(cf);
  });
}

char* set_use(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.used.has_value());
    location.used = UsedIssuers{{}, Mention::here(cf)};
    std::vector<ngx_str_t>& names = location.used->names;
    for (const ngx_str_t& name : arguments(cf).subspan(1)) {
      if (std::ranges::find(names, view(name), view) != names.end())
        throw ConfError("duplicate issuer " + quoted(name));
      names.push_back(name);
    }
  });
}

char* set_sources(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.sources.has_value());
    location.sources.emplace();
    for (const ngx_str_t& word : arguments(cf).subspan(1)) {
      const TokenSource source = source_of(word);
      if (std::ranges::find(*location.sources, source) != location.sources->end())
        throw ConfError("duplicate parameter " + quoted(word));
      location.sources->push_back(source);
      std::vector<std::string>& cookies = main_conf(cf).token_cookies;
      if (source.place == TokenSource::Place::kCookie &&
          std::ranges::find(cookies, source.name) == cookies.end())
        cookies.push_back(source.name);
      if (source.place == TokenSource::Place::kArgument) main_conf(cf).tokens_in_arguments = true;
    }
  });
}

char* set_csrf(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return set_flag<&LocationConf::csrf>(cf, command, conf);
}

char* set_pass_cookies(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return set_flag<&LocationConf::pass_cookies>(cf, command, conf);
}

char* set_close_expired(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return set_flag<&LocationConf::close_expired>(cf, command, conf);
}

char* set_dry_run(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return set_flag<&LocationConf::dry_run>(cf, command, conf);
}

char* set_log_level(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.log_level.has_value());
    const ngx_str_t& word = arguments(cf)[1];
    const auto* level = std::ranges::find(kLevels, view(word), &std::pair<std::string_view, int>::first);
    if (level == kLevels.end())
      throw ConfError("it must be \"info\", \"notice\", \"warn\" or \"error\", not " + quoted(word));
    location.log_level = static_cast<ngx_uint_t>(level->second);
  });
}

char* set_events(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.events.has_value());
    const ngx_str_t& word = arguments(cf)[1];
    const auto* told =
        std::ranges::find(kToldEvents, view(word), &std::pair<std::string_view, ToldEvents>::first);
    if (told == kToldEvents.end())
      throw ConfError("it must be \"off\", \"denied\" or \"all\", not " + quoted(word));
    location.events = told->second;
  });
}

char* add_origins(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    if (!location.origins) location.origins.emplace();
    for (const ngx_str_t& word : arguments(cf).subspan(1)) {
      std::string origin = ascii_lower(view(word));
      if (const std::optional<std::string> fault = fault_of_origin(origin))
        throw ConfError("invalid origin " + quoted(word) + ": " + *fault);
      location.origins->push_back(std::move(origin));
    }
  });
}

char* set_preflight(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.preflight.has_value());
    const ngx_str_t& word = arguments(cf)[1];
    if (view(word) != "allow" && view(word) != "deny")
      throw ConfError("it must be \"deny\" or \"allow\", not " + quoted(word));
    location.preflight = view(word) == "allow";
  });
}

char* set_stale(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    refuse_duplicate(location.stale.has_value());
    const std::span<ngx_str_t> words = arguments(cf);
    const ngx_int_t after = ngx_parse_time(&words[1], 0);
    if (after == NGX_ERROR) throw ConfError("invalid time " + quoted(words[1]));
    const std::string_view then = words.size() > 2 ? view(words[2]) : "deny";
    if (then != "deny" && then != "allow") throw ConfError("invalid parameter " + quoted(words[2]));
    location.stale = {.after = std::chrono::milliseconds(after), .allow = then == "allow"};
  });
}

char* add_requirement(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    LocationConf& location = location_of(conf);
    std::span<ngx_str_t> words = arguments(cf).subspan(1);
    Requirement requirement{.values = {}, .otherwise = Status::kNotAllowed};
    if (const std::string_view last = view(words.back()); last.starts_with("error=")) {
      if (last != "error=401" && last != "error=403")
        throw ConfError("it must be \"error=401\" or \"error=403\", not " + quoted(words.back()));
      if (last == "error=401") requirement.otherwise = Status::kLoginRequired;
      words = words.first(words.size() - 1);
    }
    if (words.empty()) throw ConfError("it needs a value");
    for (ngx_str_t& word : words) requirement.values.push_back(compile_value(cf, word));
    if (location.requirements == nullptr)
      location.requirements = std::make_shared<std::vector<Requirement>>();
    location.requirements->push_back(std::move(requirement));
  });
}

}  // namespace gatehouse::gate
