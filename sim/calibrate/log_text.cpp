// Logs as text: a message a line, maybe with its time and log stream before it.
#include "sim/calibrate/log_sink.h"

namespace lambdasim::calibrate {
namespace {

/// `2025/05/12/[$LATEST]5b1105a695c440a3b75cb8e9aba09b28`
bool is_stream(std::string_view word) {
  return word.size() > 13 && word[4] == '/' && word[7] == '/' &&
         word.find('[') != std::string_view::npos && word.find(']') != std::string_view::npos;
}

/// Time and stream stand among the first words, before what the platform says.
void read_prefix(std::string_view text, LogEvent& event) {
  constexpr std::size_t kWords = 4;
  std::string_view before;
  for (std::size_t i = 0; i < kWords && !text.empty(); ++i) {
    const std::size_t end = text.find_first_of(" \t");
    const std::string_view word = text.substr(0, end);
    if (is_stream(word)) {
      event.stream = word;
    } else if (!event.line.time_us) {
      event.line.time_us = parse_time(word);
      if (!event.line.time_us && !before.empty()) {
        event.line.time_us = parse_time(std::string{before} + ' ' + std::string{word});
      }
    }
    before = word;
    text = end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end));
  }
}

LogEvent event_of(std::string_view text) {
  const bool is_json = text.find("\"platform.") != std::string_view::npos;
  const std::size_t begin = is_json ? text.find('{') : 0;
  LogEvent event;
  event.line = parse_message(begin == std::string_view::npos ? text : text.substr(begin));
  if (event.line.kind != LineKind::kOther) {
    read_prefix(is_json ? text.substr(0, begin) : text, event);
  }
  return event;
}

/// A REPORT line may go on in the next ones, so each is held until the next one is known.
class TextReader {
 public:
  explicit TextReader(LogSink& sink) : sink_(sink) {}

  void add(const std::string& text, int line) {
    if (!held_.empty() && continues_report(held_, text)) {
      held_ += '\t';
      held_ += trimmed(text);
      return;
    }
    flush();
    if (text.find("REPORT RequestId:") != std::string::npos || continues_report("", text)) {
      held_ = text;
      held_line_ = line;
      return;
    }
    sink_.add(line, [&text] { return event_of(trimmed(text)); });
  }

  void flush() {
    if (!held_.empty()) {
      sink_.add(held_line_, [this] { return event_of(trimmed(held_)); });
      held_.clear();
    }
  }

 private:
  LogSink& sink_;
  std::string held_;
  int held_line_ = 0;
};

}  // namespace

void read_text_log(LogSink& sink) {
  TextReader reader{sink};
  std::string text;
  while (sink.file().next_line(text)) {
    reader.add(text, sink.file().line());
  }
  reader.flush();
}

}  // namespace lambdasim::calibrate
