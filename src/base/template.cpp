#include "base/template.hpp"

#include <fstream>
#include <iterator>
#include <kainjow/mustache.hpp>
#include <stdexcept>

namespace gatehouse {

Template Template::read(const std::string& path, Markup markup) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error("cannot read the template " + path);
  if (const kainjow::mustache::mustache parsed(text); !parsed.is_valid())
    throw std::runtime_error("template " + path + ": " + parsed.error_message());
  return Template(std::move(text), markup);
}

std::string Template::render(const std::map<std::string, std::string>& values) const {
  kainjow::mustache::mustache form(source_);
  if (markup_ == Markup::kText) form.set_custom_escape([](const std::string& value) { return value; });
  kainjow::mustache::data data;
  for (const auto& [name, value] : values)
    if (!value.empty()) data.set(name, value);  // kainjow takes an empty text for true
  return form.render(data);
}

}  // namespace gatehouse
