// Rows for people, in columns. What comes from clients cannot steer the terminal.
//
//   Table table({"ID", "NAME"});
//   table.add({id, name});
//   table.print(out);
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace gatehouse::ctl {

class Table {
 public:
  explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}

  // As many cells as there are heads; empty ones are shown as "-".
  void add(const std::vector<std::string>& cells);
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace gatehouse::ctl
