#include "sim/calibrate/log_reader.h"

#include "sim/calibrate/log_sink.h"

namespace lambdasim::calibrate {
namespace {

/// Whether the file is a JSON value over several lines, or one a line.
enum class Form { kText, kJson, kJsonLines, kCsv };

Form form_of(const std::string& path, char first, std::string& first_line) {
  LogFile look{path};
  look.peek_text();
  look.next_line(first_line);
  const std::string_view line = trimmed(first_line);
  if (first == '{') {
    return line.ends_with('}') ? Form::kJsonLines : Form::kJson;
  }
  const std::string_view rest = trimmed(line.substr(1));
  if (first == '[' && (rest.empty() || rest.front() == '{' || rest.front() == ']')) {
    return Form::kJson;  // and not `[INFO] ...`, as programs print
  }
  return is_csv_header(line) ? Form::kCsv : Form::kText;
}

void read_as(Form form, const std::string& first_line, LogSink& sink) {
  switch (form) {
    case Form::kText:
      return read_text_log(sink);
    case Form::kJson:
      return read_json_log(sink);
    case Form::kJsonLines:
      return read_json_lines(sink);
    case Form::kCsv:
      return read_csv_log(sink, first_line);
  }
}

}  // namespace

void read_log(const std::string& path, bool skip_bad, const TakeEvent& take, ReadCounts& counts) {
  LogFile file{path};
  LogSink sink{file, skip_bad, take, counts};
  try {
    std::string first_line;
    const char first = file.peek_text();
    if (first == 0) {
      sink.bad(1, "the file is empty; a log with REPORT lines is expected");
      return;
    }
    read_as(form_of(path, first, first_line), first_line, sink);
  } catch (const config::InvalidInput& error) {
    if (!skip_bad) {
      throw;
    }
    const config::Diagnostic& broken = error.diagnostics().front();
    sink.bad(broken.where.line, broken.message + "; the rest of the file is skipped");
  }
}

}  // namespace lambdasim::calibrate
