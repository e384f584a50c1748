// Logs as JSON. Events are handed on and dropped while the document is being parsed, so that a
// large export is never held as a whole.
#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>

#include "sim/calibrate/log_sink.h"

namespace lambdasim::calibrate {
namespace {

using nlohmann::json;

const json* find_any(const json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (const auto found = object.find(key); found != object.end()) {
      return &*found;
    }
  }
  return nullptr;
}

std::string text_of(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

/// What holds for the events of a document: a subscription names group and stream once.
struct Outer {
  std::string group;
  std::string stream;
};

bool is_platform_event(const json& object) {
  return text_of(find_any(object, {"type"})).starts_with("platform.");
}

bool is_event(const json& object) {
  return is_platform_event(object) || find_any(object, {"message", "@message"}) != nullptr;
}

std::optional<std::int64_t> time_of(const json& object) {
  const json* time = find_any(object, {"timestamp", "@timestamp"});
  if (time == nullptr) {
    return std::nullopt;
  }
  if (time->is_number_integer()) {
    return 1000 * time->get<std::int64_t>();
  }
  const auto parsed = parse_time(text_of(time));
  if (!parsed) {
    throw std::invalid_argument(fmt::format("the timestamp is no time: {}", time->dump()));
  }
  return parsed;
}

LogEvent event_of(const json& object, const Outer& outer) {
  LogEvent event;
  if (is_platform_event(object)) {
    event.line = parse_platform_event(object);
  } else if (const json& message = *find_any(object, {"message", "@message"});
             message.is_object()) {
    event.line = parse_platform_event(message);
  } else {
    event.line = parse_message(text_of(&message));
  }
  if (event.line.kind == LineKind::kOther) {
    return event;
  }
  if (const auto time = time_of(object)) {
    event.line.time_us = time;
  }
  event.group = text_of(find_any(object, {"logGroup", "logGroupName", "@log"}));
  event.stream = text_of(find_any(object, {"logStreamName", "logStream", "@logStream"}));
  event.group = event.group.empty() ? outer.group : event.group;
  event.stream = event.stream.empty() ? outer.stream : event.stream;
  return event;
}

/// The callback of nlohmann's parser: takes each event as soon as it is complete.
class EventFilter {
 public:
  explicit EventFilter(LogSink& sink) : sink_(sink) {}

  bool operator()(int depth, json::parse_event_t what, json& parsed) {
    if (what == json::parse_event_t::key) {
      key_ = parsed.get<std::string>();
    } else if (what == json::parse_event_t::value && depth == 1) {
      note(text_of(&parsed));
    } else if (what == json::parse_event_t::object_end && is_event(parsed)) {
      sink_.add(sink_.file().line(), [&] { return event_of(parsed, outer_); });
      return false;
    }
    return true;
  }

 private:
  void note(std::string text) {
    if (key_ == "logGroup" || key_ == "logGroupName") {
      outer_.group = std::move(text);
    } else if (key_ == "logStream" || key_ == "logStreamName") {
      outer_.stream = std::move(text);
    }
  }

  LogSink& sink_;
  std::string key_;
  Outer outer_;
};

/// nlohmann's message without its own code and place, which are those of its buffer.
std::string reason(const json::parse_error& error) {
  std::string text = error.what();
  const std::size_t at = text.find("syntax error");
  return "not whole JSON: " + (at == std::string::npos ? text : text.substr(at));
}

}  // namespace

void read_json_log(LogSink& sink) {
  std::istream stream{&sink.file()};
  stream.exceptions(std::ios::badbit);
  try {
    EventFilter filter{sink};
    [[maybe_unused]] const json rest = json::parse(stream, std::ref(filter));
  } catch (const json::parse_error& error) {
    fail_in(sink.file().path(), sink.file().line(), reason(error));
  }
}

void read_json_lines(LogSink& sink) {
  std::string text;
  while (sink.file().next_line(text)) {
    if (trimmed(text).empty()) {
      continue;
    }
    try {
      EventFilter filter{sink};
      [[maybe_unused]] const json rest = json::parse(text, std::ref(filter));
    } catch (const json::parse_error& error) {
      sink.bad(sink.file().line(), reason(error));
    }
  }
}

}  // namespace lambdasim::calibrate
