#include "ctl/table.hpp"

#include <algorithm>
#include <ostream>

#include "base/text.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kCellSize = 254;

std::size_t width(const std::string& cell) {
  return utf8_length(cell).value_or(cell.size());
}

}  // namespace

void Table::add(const std::vector<std::string>& cells) {
  std::vector<std::string>& row = rows_.emplace_back();
  for (const std::string& cell : cells) row.push_back(cell.empty() ? "-" : printable(cell, kCellSize));
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    out << '\n';
  }
}

}  // namespace gatehouse::ctl
