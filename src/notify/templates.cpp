#include "notify/templates.hpp"

#include <filesystem>
#include <stdexcept>

namespace gatehouse::notify {
namespace {

constexpr const char* kLanguage = "en";

}  // namespace

Templates::Templates(const std::string& directory) {
  const std::filesystem::path folder = std::filesystem::path(directory) / kLanguage;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    const auto subject = std::filesystem::path(entry.path()).replace_extension(".subject");
    sources_.emplace(entry.path().stem(), Source{.subject = Template::read(subject, Markup::kText),
                                                 .body = Template::read(entry.path(), Markup::kText)});
  }
  if (sources_.empty()) throw std::runtime_error("no mail templates in " + folder.string());
}

std::optional<Rendered> Templates::render(const std::string& name,
                                          const std::map<std::string, std::string>& values) const {
  const auto source = sources_.find(name);
  if (source == sources_.end()) return std::nullopt;
  std::string subject = source->second.subject.render(values);
  while (subject.ends_with('\n')) subject.pop_back();
  return Rendered{.subject = std::move(subject), .body = source->second.body.render(values)};
}

}  // namespace gatehouse::notify
