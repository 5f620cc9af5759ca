#include "settings/load.hpp"

#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "settings/keys.hpp"

namespace gatehouse::settings {
namespace {

class Loader {
 public:
  Loader(const std::string& file, Variables variables) : file_(file), variables_(std::move(variables)) {}

  Result<Settings, std::vector<std::string>> load() {
    const std::optional<toml::table> table = parse();
    if (!table) return Unexpected(faults_);
    Settings settings{};
    for (const Key& key : keys()) apply(settings, *table, key);
    complain_about_unknown(*table);
    for (const auto& [name, value] : variables_) fault(name, "there is no such setting");
    if (faults_.empty()) check_together(settings);
    if (!faults_.empty()) return Unexpected(faults_);
    return settings;
  }

 private:
  std::optional<toml::table> parse() {
    std::ifstream stream(file_, std::ios::binary);
    if (!stream) {
      fault(file_, "cannot be read");
      return std::nullopt;
    }
    struct stat file {};
    if (::stat(file_.c_str(), &file) == 0) owner_ = file.st_uid;
    try {
      return toml::parse(stream, file_);
    } catch (const toml::parse_error& error) {
      fault(at(error.source()), std::string(error.description()));
      return std::nullopt;
    }
  }

  void apply(Settings& settings, const toml::table& table, const Key& key) {
    const auto variable = variables_.extract(key.variable());
    const toml::node* node = find(table, key);
    std::string where = file_;
    std::optional<Given> chosen;
    if (variable) {
      where = variable.key();
      chosen = {.value = variable.mapped(), .as_text = true};
    } else if (node != nullptr) {
      where = at(node->source());
      chosen = given(*node);
    } else if (key.standard != nullptr) {
      chosen = {.value = key.standard, .as_text = true};
    }
    if (!chosen) return fault(where, key.path() + " is required");
    chosen->file_owner = owner_;
    if (const Read<void> applied = key.apply(settings, *chosen); !applied)
      fault(where, key.path() + " " + applied.error());
  }

  static const toml::node* find(const toml::table& table, const Key& key) {
    const toml::table* section = table[key.section].as_table();
    return section == nullptr ? nullptr : section->get(key.name);
  }

  static Given given(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return {.value = *text};
    if (const auto number = node.value_exact<std::int64_t>()) return {.value = *number};
    const toml::array* array = node.as_array();
    if (array == nullptr) return {.value = Given::Other{}};
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      const auto text = item.value_exact<std::string>();
      if (!text) return {.value = Given::Other{}};
      items.push_back(*text);
    }
    return {.value = std::move(items)};
  }

  void complain_about_unknown(const toml::table& table) {
    for (const auto& [section, node] : table) {
      const toml::table* members = node.as_table();
      if (members == nullptr || !is_section(section.str())) {
        fault(at(section.source()), "there is no section [" + std::string(section.str()) + "]");
        continue;
      }
      for (const auto& [name, value] : *members)
        if (!is_key(section.str(), name.str()))
          fault(at(name.source()),
                "there is no setting " + std::string(section.str()) + "." + std::string(name.str()));
    }
  }

  static bool is_section(std::string_view section) {
    return std::any_of(keys().begin(), keys().end(), [&](const Key& key) { return key.section == section; });
  }
  static bool is_key(std::string_view section, std::string_view name) {
    return std::any_of(keys().begin(), keys().end(),
                       [&](const Key& key) { return key.section == section && key.name == name; });
  }

  // What no key can tell alone.
  void check_together(Settings& settings) {
    if (settings.tokens.issuer.empty()) settings.tokens.issuer = settings.http.public_url;
    if (settings.sessions.idle > settings.sessions.absolute)
      fault(file_, "sessions.idle must not be above sessions.absolute");
    if (settings.mail.transport == "smtp" && settings.mail.smtp_url.empty())
      fault(file_, "mail.smtp_url is required by mail.transport = \"smtp\"");
    if (settings.mail.smtp_user.empty() != settings.mail.smtp_password.empty())
      fault(file_, "mail.smtp_user and mail.smtp_password_file go together");
    if (sends_password_in_the_clear(settings.mail))
      fault(file_, "mail.smtp_starttls must be required: the password would be sent in the clear");
  }

  static bool sends_password_in_the_clear(const Settings::Mail& mail) {
    return !mail.smtp_user.empty() && mail.smtp_url.starts_with("smtp://") && !mail.smtp_starttls;
  }

  std::string at(const toml::source_region& source) const {
    return file_ + ":" + std::to_string(source.begin.line);
  }
  void fault(const std::string& where, const std::string& what) { faults_.push_back(where + ": " + what); }

  const std::string& file_;
  Variables variables_;  // that no key has taken yet
  uid_t owner_ = 0;      // of the file
  std::vector<std::string> faults_;
};

}  // namespace

Variables variables(char** environment) {
  Variables variables;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (text.starts_with(kVariablePrefix) && equals != text.npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Result<Settings, std::vector<std::string>> load(const std::string& file, const Variables& variables) {
  return Loader(file, variables).load();
}

}  // namespace gatehouse::settings
