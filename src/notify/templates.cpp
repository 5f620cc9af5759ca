#include "notify/templates.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <kainjow/mustache.hpp>
#include <stdexcept>

namespace gatehouse::notify {
namespace {

constexpr const char* kLanguage = "en";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error("cannot read the mail template " + path.string());
  if (const kainjow::mustache::mustache parsed(text); !parsed.is_valid())
    throw std::runtime_error("mail template " + path.string() + ": " + parsed.error_message());
  return text;
}

std::string fill(const std::string& source, const std::map<std::string, std::string>& values) {
  kainjow::mustache::mustache form(source);
  form.set_custom_escape([](const std::string& value) { return value; });
  kainjow::mustache::data data;
  for (const auto& [name, value] : values) data.set(name, value);
  return form.render(data);
}

}  // namespace

Templates::Templates(const std::string& directory) {
  const std::filesystem::path folder = std::filesystem::path(directory) / kLanguage;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    std::string subject = read(std::filesystem::path(entry.path()).replace_extension(".subject"));
    while (subject.ends_with('\n')) subject.pop_back();
    sources_[entry.path().stem()] = {.subject = std::move(subject), .body = read(entry.path())};
  }
  if (sources_.empty()) throw std::runtime_error("no mail templates in " + folder.string());
}

std::optional<Rendered> Templates::render(const std::string& name,
                                          const std::map<std::string, std::string>& values) const {
  const auto source = sources_.find(name);
  if (source == sources_.end()) return std::nullopt;
  return Rendered{.subject = fill(source->second.subject, values), .body = fill(source->second.body, values)};
}

}  // namespace gatehouse::notify
