#include "module/directives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "module/ascii.hpp"
#include "module/conf.hpp"
#include "module/conf_error.hpp"
#include "module/file.hpp"
#include "module/pool.hpp"
#include "module/value.hpp"
#include "module/variables.hpp"

namespace gatehouse::gate {
namespace {

Secret read_password(ngx_conf_t* cf, std::string_view path) {
  ngx_str_t name = copy_to_pool(cf->pool, path);
  if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) throw std::bad_alloc();
  Result<std::string, std::string> text = read_file(std::string(view(name)));
  if (!text) throw ConfError("password_file " + quoted(name) + " " + text.error());
  Secret password(text->substr(0, text->find_last_not_of("\r\n") + 1));
  if (password.empty()) throw ConfError("password_file " + quoted(name) + " is empty");
  return password;
}

std::chrono::milliseconds parse_reconcile(const ngx_str_t& argument, std::string_view value) {
  ngx_str_t text{value.size(), argument.data + argument.len - value.size()};
  const ngx_int_t time = ngx_parse_time(&text, 0);
  if (time == NGX_ERROR || time < 100)
    throw ConfError("invalid time in " + quoted(argument) + ": at least 100ms");
  return std::chrono::milliseconds(time);
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

void set_redis_option(ngx_conf_t* cf, RedisOptions& options, const ngx_str_t& argument) {
  const std::string_view text = view(argument);
  const std::size_t equals = text.find('=');
  const std::string_view key = text.substr(0, equals);
  const std::string_view value = equals == text.npos ? std::string_view{} : text.substr(equals + 1);
  if (value.empty()) throw ConfError("invalid parameter " + quoted(argument));
  if (key == "user") {
    options.user = value;
  } else if (key == "password_file") {
    options.password = read_password(cf, value);
  } else if (key == "reconcile") {
    options.reconcile = parse_reconcile(argument, value);
  } else if (key == "db") {
    if (!parse_number(value, options.database))
      throw ConfError("invalid database number in " + quoted(argument));
  } else if (key == "events") {
    if (!parse_number(value, options.events) || options.events == 0)
      throw ConfError("invalid number of events in " + quoted(argument));
  } else {
    throw ConfError("invalid parameter " + quoted(argument));
  }
}

// Those that nginx itself reads or that belong to one connection: a location cannot own them.
bool is_reserved(std::string_view canonical) {
  for (const ngx_http_header_t* header = ngx_http_headers_in; header->name.len != 0; ++header) {
    if (canonical_header_name(view(header->name)) == canonical) return true;
  }
  constexpr std::array<std::string_view, 3> kOthers{"trailer", "proxy-connection", "http2-settings"};
  return std::ranges::find(kOthers, canonical) != kOthers.end();
}

// "off" or a size, at most `limit`.
std::size_t share_of(const ngx_str_t& argument, std::string_view value, std::size_t limit) {
  ngx_str_t digits{value.size(), argument.data + argument.len - value.size()};
  if (value == "off") return 0;
  const ssize_t size = ngx_parse_size(&digits);
  if (size == NGX_ERROR || size == 0) throw ConfError("invalid size in " + quoted(argument));
  if (static_cast<std::size_t>(size) > limit)
    throw ConfError("too large for the zone: " + quoted(argument) + " may be " +
                    std::to_string(limit / 1024) + "k at most");
  return static_cast<std::size_t>(size);
}

ZoneShares shares_of(std::span<const ngx_str_t> words, std::size_t zone_size) {
  ZoneShares shares = ZoneShares::of(zone_size);
  bool cache_seen = false;
  bool events_seen = false;
  for (const ngx_str_t& word : words) {
    const std::string_view text = view(word);
    const std::size_t equals = text.find('=');
    const std::string_view key = text.substr(0, equals);
    const std::string_view value = equals == text.npos ? std::string_view{} : text.substr(equals + 1);
    if (key == "cache" && !std::exchange(cache_seen, true)) {
      shares.cache = share_of(word, value, zone_size / 2);
    } else if (key == "events" && !std::exchange(events_seen, true)) {
      shares.events = share_of(word, value, zone_size / 4);
    } else {
      throw ConfError("invalid parameter " + quoted(word));
    }
  }
  return shares;
}

}  // namespace

char* set_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    auto& main = *static_cast<MainConf*>(conf);
    refuse_duplicate(main.zone != nullptr);
    const std::span<ngx_str_t> words = arguments(cf);
    const ngx_str_t& argument = words[1];
    const std::string_view text = view(argument);
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos || colon == 0)
      throw ConfError("expected name:size instead of " + quoted(argument));
    const ngx_str_t name{colon, argument.data};
    ngx_str_t digits{argument.len - colon - 1, argument.data + colon + 1};
    const ssize_t size = ngx_parse_size(&digits);
    if (size == NGX_ERROR) throw ConfError("invalid zone size in " + quoted(argument));
    if (static_cast<std::size_t>(size) < kMinZoneSize)
      throw ConfError("zone " + quoted(argument) + " is too small: it needs at least " +
                      std::to_string(kMinZoneSize / 1024) + "k");
    const auto zone_size = static_cast<std::size_t>(size);
    main.zone = add_zone(cf, name, zone_size, shares_of(words.subspan(2), zone_size));
    if (main.zone == nullptr) throw ConfError("zone " + quoted(argument) + " cannot be made");
  });
}

char* set_redis(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    auto& main = *static_cast<MainConf*>(conf);
    refuse_duplicate(main.redis.has_value());
    const std::span<ngx_str_t> words = arguments(cf);
    Result<Endpoint, std::string> endpoint = Endpoint::parse(view(words[1]));
    if (!endpoint) throw ConfError("invalid address " + quoted(words[1]) + ": " + endpoint.error());
    RedisOptions options{.endpoint = *std::move(endpoint), .user = {}, .password = {}};
    for (const ngx_str_t& word : words.subspan(2)) set_redis_option(cf, options, word);
    if (!options.user.empty() && options.password.empty())
      throw ConfError("\"user=\" needs a \"password_file=\"");
    main.redis = std::move(options);
  });
}

char* add_claim(ngx_conf_t* cf, ngx_command_t* command, void*) {
  return directive(cf, command->name, [&] {
    const std::span<ngx_str_t> words = arguments(cf).subspan(1);
    const std::string_view variable = view(words[0]);
    const auto may_be_in_name = [](char c) { return is_alphanumeric(c) || c == '_'; };
    if (variable.size() < 2 || variable[0] != '$' || !std::ranges::all_of(variable.substr(1), may_be_in_name))
      throw ConfError("invalid variable name " + quoted(words[0]));
    auto& path = *make_in_pool<ClaimPath>(cf->pool);
    for (const ngx_str_t& word : words.subspan(1)) {
      if (word.len == 0) throw ConfError("an empty name of a claim");
      path.emplace_back(view(word));
    }
    if (add_claim_variable(cf, variable.substr(1), path) != NGX_OK)
      throw ConfError("the variable " + quoted(words[0]) + " exists already");
  });
}

char* add_header(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  return directive(cf, command->name, [&] {
    auto& location = *static_cast<LocationConf*>(conf);
    const std::span<ngx_str_t> words = arguments(cf);
    const std::string canonical = canonical_header_name(view(words[1]));
    if (!is_token(view(words[1])) || canonical.empty())
      throw ConfError("invalid header name " + quoted(words[1]));
    if (is_reserved(canonical))
      throw ConfError("the header " + quoted(words[1]) + " is used by nginx itself");
    if (location.headers == nullptr) location.headers = std::make_shared<std::vector<IdentityHeader>>();
    for (const IdentityHeader& other : *location.headers) {
      if (canonical_header_name(view(other.name)) == canonical)
        throw ConfError("duplicate header " + quoted(words[1]));
    }

    IdentityHeader header{};
    header.name = words[1];
    header.lowercase_name = copy_to_pool(cf->pool, view(words[1]));
    ngx_strlow(header.lowercase_name.data, header.name.data, header.name.len);
    header.value = compile_value(cf, words[2]);
    location.headers->push_back(header);

    main_conf(cf).identity_names.add(view(words[1]));
  });
}

}  // namespace gatehouse::gate
