# Writes OUTPUT, a C++ file that defines models::embedded_data() over the FILES below ROOT.
# Run as a script: cmake -DROOT=... -DOUTPUT=... -DFILES="a;b" -P EmbedData.cmake
# Every byte is escaped, and lines are short, since compilers limit the length of a literal.
set(entries "")
string(REPEAT "[0-9a-f][0-9a-f]" 20 line)  # bytes a line of the output
foreach(name IN LISTS FILES)
  file(READ "${ROOT}/${name}" text HEX)
  string(REGEX REPLACE "(${line})" "\\1;" lines "${text}")
  set(text "")
  foreach(piece IN LISTS lines)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" piece "${piece}")
    string(APPEND text "\n    \"${piece}\"")
  endforeach()
  string(APPEND entries "  {\"${name}\",${text}\n    \"\"sv},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from models/data by cmake/EmbedData.cmake; do not edit.
#include \"models/embedded_data.h\"

#include <map>

using namespace std::string_view_literals;

namespace lambdasim::models {
namespace {
const std::map<std::string_view, std::string_view>& files() {
  static const std::map<std::string_view, std::string_view> all{
${entries}  };
  return all;
}
}  // namespace

std::optional<std::string_view> embedded_data(std::string_view name) {
  const auto found = files().find(name);
  return found == files().end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::string_view> embedded_data_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, text] : files()) {
    names.push_back(name);
  }
  return names;
}

}  // namespace lambdasim::models
")
