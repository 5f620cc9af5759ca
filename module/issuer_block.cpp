// gatehouse_issuer name { … }
#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"
#include "module/conf.hpp"
#include "module/conf_error.hpp"
#include "module/directives.hpp"
#include "module/file.hpp"
#include "module/key_fetch.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::chrono::seconds kShortestRefresh{1};
constexpr std::chrono::hours kLongestRefresh{24};

struct IssuerBlock {
  Issuer issuer;
  jose::KeySet keys;
  std::vector<std::string> seen;  // parameters
};

std::string only_text(const ngx_str_t& word) {
  if (word.len == 0) throw ConfError("an empty value");
  return std::string(view(word));
}

std::chrono::seconds seconds_of(ngx_str_t& word) {
  const ngx_int_t seconds = ngx_parse_time(&word, 1);
  if (seconds == NGX_ERROR) throw ConfError("invalid time " + quoted(word));
  return std::chrono::seconds(seconds);
}

void set_audiences(ngx_conf_t* cf, IssuerBlock& block) {
  for (const ngx_str_t& word : arguments(cf).subspan(1))
    block.issuer.claims.audiences.push_back(only_text(word));
}

std::string full_path(ngx_conf_t* cf, ngx_str_t path) {
  if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) throw std::bad_alloc();
  return std::string(view(path));
}

void set_url_option(ngx_conf_t* cf, KeySource& source, const ngx_str_t& word) {
  constexpr std::string_view kRefresh = "refresh=";
  constexpr std::string_view kCa = "ca=";
  const std::string_view text = view(word);
  if (text.starts_with(kRefresh)) {
    ngx_str_t value{word.len - kRefresh.size(), word.data + kRefresh.size()};
    source.refresh = seconds_of(value);
    if (source.refresh < kShortestRefresh || source.refresh > kLongestRefresh)
      throw ConfError(quoted(word) + " is not from 1s to 1d");
  } else if (text.starts_with(kCa) && text.size() > kCa.size()) {
    source.ca_file = full_path(cf, {word.len - kCa.size(), word.data + kCa.size()});
    if (const Result<std::string, std::string> read = read_file(source.ca_file); !read)
      throw ConfError('"' + source.ca_file + "\" " + read.error());
  } else {
    throw ConfError("invalid parameter " + quoted(word));
  }
}

void set_keys(ngx_conf_t* cf, IssuerBlock& block) {
  KeySource& source = block.issuer.keys;
  const std::span<ngx_str_t> words = arguments(cf).subspan(1);
  if (view(words[0]).find("://") != std::string_view::npos) {
    source.url = view(words[0]);
    if (const std::optional<std::string> fault = fault_of_url(source.url))
      throw ConfError(quoted(words[0]) + ' ' + *fault);
    for (const ngx_str_t& word : words.subspan(1)) set_url_option(cf, source, word);
    return;
  }
  if (words.size() > 1) throw ConfError("invalid parameter " + quoted(words[1]));
  source.file = full_path(cf, words[0]);
  const std::string path = '"' + source.file + "\" ";
  const Result<std::string, std::string> text = read_file(source.file);
  if (!text) throw ConfError(path + text.error());
  Result<jose::KeySet, jose::Error> keys = jose::KeySet::parse(*text);
  if (!keys) throw ConfError(path + "has no usable set of keys: " + std::string(jose::name(keys.error())));
  if (keys->jwks().size() > KeyBoard::kMaxText) throw ConfError(path + "has more keys than the gate keeps");
  block.keys = *std::move(keys);
}

void set_algorithms(ngx_conf_t* cf, IssuerBlock& block) {
  block.issuer.algorithms.clear();
  for (const ngx_str_t& word : arguments(cf).subspan(1)) {
    const std::optional<jose::Algorithm> algorithm = jose::parse_algorithm(view(word));
    if (!algorithm) throw ConfError("unknown algorithm " + quoted(word));
    block.issuer.algorithms.push_back(*algorithm);
  }
}

// As the header of a token is compared: without case and without "application/".
void set_type(ngx_conf_t* cf, IssuerBlock& block) {
  constexpr std::string_view kPrefix = "application/";
  std::string type = ascii_lower(only_text(arguments(cf)[1]));
  if (type.starts_with(kPrefix)) type.erase(0, kPrefix.size());
  block.issuer.claims.type = type == "any" ? std::string() : type;
}

std::string claim_or_off(ngx_conf_t* cf) {
  std::string name = only_text(arguments(cf)[1]);
  return name == "off" ? std::string() : name;
}

struct Parameter {
  std::string_view name;
  bool several;
  void (*set)(ngx_conf_t* cf, IssuerBlock& block);
};

// Whether blocks can name its tokens, and by which ids.
void set_blocks(ngx_conf_t* cf, IssuerBlock& block) {
  const std::span<ngx_str_t> words = arguments(cf).subspan(1);
  if (view(words[0]) != "on" && view(words[0]) != "off") throw ConfError("expected on or off");
  block.issuer.blocks = view(words[0]) == "on";
  if (words.size() == 1) return;
  if (words.size() > 2 || !block.issuer.blocks) throw ConfError("invalid number of arguments");
  block.issuer.block_prefix = only_text(words[1]);
}

constexpr std::array kParameters{
    Parameter{
        "issuer", false,
        [](ngx_conf_t* cf, IssuerBlock& block) { block.issuer.claims.issuer = only_text(arguments(cf)[1]); }},
    Parameter{"audience", true, set_audiences},
    Parameter{"jwks", true, set_keys},
    Parameter{"algorithms", true, set_algorithms},
    Parameter{"leeway", false,
              [](ngx_conf_t* cf, IssuerBlock& block) {
                block.issuer.claims.leeway = seconds_of(arguments(cf)[1]);
              }},
    Parameter{"max_age", false,
              [](ngx_conf_t* cf, IssuerBlock& block) {
                block.issuer.claims.max_age = seconds_of(arguments(cf)[1]);
              }},
    Parameter{"type", false, set_type},
    Parameter{"blocks", true, set_blocks},
    Parameter{"subject_claim", false,
              [](ngx_conf_t* cf, IssuerBlock& block) {
                block.issuer.claims.subject_claim = only_text(arguments(cf)[1]);
              }},
    Parameter{
        "session_claim", false,
        [](ngx_conf_t* cf, IssuerBlock& block) { block.issuer.claims.session_claim = claim_or_off(cf); }},
    Parameter{
        "device_claim", false,
        [](ngx_conf_t* cf, IssuerBlock& block) { block.issuer.claims.device_claim = claim_or_off(cf); }},
};

char* set_parameter(ngx_conf_t* cf, ngx_command_t*, void* conf) {
  return directive(cf, arguments(cf)[0], [&] {
    auto& block = *static_cast<IssuerBlock*>(conf);
    const std::span<ngx_str_t> words = arguments(cf);
    const std::string_view name = view(words[0]);
    const auto parameter = std::ranges::find(kParameters, name, &Parameter::name);
    if (parameter == kParameters.end()) throw ConfError("unknown parameter");
    if (words.size() < 2 || (words.size() > 2 && !parameter->several))
      throw ConfError("invalid number of arguments");
    if (std::ranges::find(block.seen, name) != block.seen.end()) throw ConfError("duplicate parameter");
    block.seen.emplace_back(name);
    parameter->set(cf, block);
  });
}

void require_complete(const IssuerBlock& block) {
  for (const char* needed : {"issuer", "audience", "jwks"}) {
    if (std::ranges::find(block.seen, needed) == block.seen.end())
      throw ConfError('"' + block.issuer.name + "\" needs \"" + needed + '"');
  }
  const auto accepted = [&](const jose::PublicKey& key) {
    return std::ranges::find(block.issuer.algorithms, key.algorithm()) != block.issuer.algorithms.end();
  };
  if (!block.issuer.keys.is_url() && std::ranges::none_of(block.keys.keys(), accepted))
    throw ConfError('"' + block.issuer.name + "\" accepts no algorithm that its keys have");
}

}  // namespace

char* set_issuer(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  auto& main = *static_cast<MainConf*>(conf);
  IssuerBlock block;
  char* opened = directive(cf, command->name, [&] {
    const ngx_str_t& name = arguments(cf)[1];
    block.issuer.name = only_text(name);
    if (std::ranges::find(main.issuers, block.issuer.name, &Issuer::name) != main.issuers.end())
      throw ConfError("duplicate issuer " + quoted(name));
  });
  if (opened != NGX_CONF_OK) return opened;

  const ngx_conf_t outer = *cf;
  cf->handler = set_parameter;
  cf->handler_conf = reinterpret_cast<char*>(&block);
  char* parsed = ngx_conf_parse(cf, nullptr);
  *cf = outer;
  if (parsed != NGX_CONF_OK) return parsed;

  return directive(cf, command->name, [&] {
    require_complete(block);
    if (main.issuers.size() == KeyBoard::kIssuers)
      throw ConfError("more than " + std::to_string(KeyBoard::kIssuers) + " issuers");
    // A token is vouched for by the issuer that its "iss" names, so two could not be told apart.
    for (const auto& other : main.issuers) {
      if (other->claims.issuer == block.issuer.claims.issuer)
        throw ConfError('"' + block.issuer.name + "\" has the same \"issuer\" as \"" + other->name + '"');
    }
    main.issuers.push_back(std::make_unique<const Issuer>(std::move(block.issuer)));
    main.trusted.emplace_back(*main.issuers.back(), std::move(block.keys));
  });
}

}  // namespace gatehouse::gate
