#include "sim/import/scenario_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/config/dialect.h"
#include "sim/core/check.h"

namespace lambdasim::import {
namespace {

using config::Node;

constexpr std::string_view kMark = "FILL IN";
constexpr std::size_t kLongestComment = 200;

/// One line, not too long.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (text.size() > kLongestComment) {
    std::size_t end = kLongestComment;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;  // not within a character
    }
    text = text.substr(0, end) + " ...";
  }
  return text;
}

std::string comment_of(const Value& value) {
  const std::string line = value.line > 0 ? fmt::format("line {}", value.line) : "";
  if (!value.fill_in.empty()) {
    return fmt::format("{}{}: {}", kMark, line.empty() ? "" : " (" + line + ")", value.fill_in);
  }
  const bool both = !line.empty() && !value.remark.empty();
  return line + (both ? "; " : "") + value.remark;
}

/// Makes the tree, its comments and the list of placeholders.
class ScenarioWriter {
 public:
  ScenarioWriter(const Stack& stack, std::string file) : stack_(stack), file_(std::move(file)) {
    root_.kind = Node::Kind::kMapping;
  }

  ScenarioYaml write() {
    write_head();
    write_functions();
    write_workload();
    const std::string body = config::to_yaml(root_, comments_);
    return {header(body) + body, placeholders_.size()};
  }

 private:
  Node& child(Node& parent, const std::string& key, Node::Kind kind = Node::Kind::kMapping) {
    if (Node* found = parent.find(key)) {
      return *found;
    }
    parent.entries.push_back({key, {}, {}});
    parent.entries.back().value.kind = kind;
    return parent.entries.back().value;
  }

  Node& item(Node& list, Node::Kind kind = Node::Kind::kMapping) {
    list.items.emplace_back();
    list.items.back().kind = kind;
    return list.items.back();
  }

  /// Sets a value along a path with dots; `at` is where the path begins.
  void set(Node& parent, const std::string& path, const Value& value, const std::string& at) {
    Node* node = &parent;
    std::size_t begin = 0;
    for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
      node = &child(*node, path.substr(begin, dot - begin));
      begin = dot + 1;
    }
    Node& leaf = child(*node, path.substr(begin), Node::Kind::kScalar);
    leaf.scalar = value.text;
    note(leaf, value, at.empty() ? path : fmt::format("{}.{}", at, path));
  }

  void note(const Node& node, const Value& value, const std::string& path) {
    const std::string comment = one_line(comment_of(value));
    if (!comment.empty()) {
      comments_.beside[&node] = comment;
    }
    if (!value.fill_in.empty()) {
      placeholders_.push_back(path);
    }
  }

  void write_head() {
    std::string name = std::filesystem::path(file_).stem().string();
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 || c >= 0x80; },
        '-');
    set(root_, "name", {name.empty() ? "imported" : name.substr(0, 100), 0, "", ""}, "");
    set(root_, "duration", {"1 d", 0, "", "simulated time: a choice, as seed and replications"},
        "");
    Value region{"us-east-1", stack_.region.line, "", ""};
    if (stack_.region.text.empty()) {
      region.fill_in = "the region whose prices hold";
    } else if (stack_.region.text != region.text) {
      region.fill_in =
          fmt::format("the template is for {}; not all prices are known there", stack_.region.text);
    }
    set(root_, "region", region, "");
    if (stack_.account_concurrency) {
      set(root_, "account.concurrency", *stack_.account_concurrency, "");
    }
  }

  void write_functions() {
    Node& functions = child(root_, "functions");
    comments_.above[&functions] = {""};
    for (const Function& function : stack_.functions) {
      Node& node = child(functions, function.name);
      comments_.above[&node].push_back(
          one_line(fmt::format("{}, line {}", function.path, function.where.line)));
      const std::string at = "functions." + function.name;
      for (const auto& [key, value] : function.settings) {
        set(node, key, value, at);
      }
      write_work(function, node, at);
    }
  }

  void write_work(const Function& function, Node& node, const std::string& at) {
    const bool has_batches = std::any_of(
        stack_.sources.begin(), stack_.sources.end(),
        [&](const Source& source) { return source.function == function.id && source.is_batch(); });
    Node& init = child(node, "init", Node::Kind::kSequence);
    note(init, {"", 0, "what its code does outside the handler, beyond the runtime's start", ""},
         at + ".init");
    child(item(init), "cpu", Node::Kind::kScalar).scalar = "100 ms";
    Node& handler = child(node, "handler", Node::Kind::kSequence);
    note(handler,
         {"", 0,
          has_batches ? "what the handler does for each item: waits for services, work of the CPU"
                      : "what the handler does: waits for services, work of the CPU",
          ""},
         at + ".handler");
    for (const auto& [kind, time] : {std::pair{"wait", "50 ms"}, std::pair{"cpu", "10 ms"}}) {
      Node& step = item(handler);
      child(step, kind, Node::Kind::kScalar).scalar = time;
      if (has_batches) {
        child(step, "per_item", Node::Kind::kScalar).scalar = "true";
      }
    }
  }

  void write_workload() {
    Node& workload = child(root_, "workload", Node::Kind::kSequence);
    comments_.above[&workload] = {""};
    for (const Source& source : stack_.sources) {
      const std::string at = fmt::format("workload.{}", workload.items.size());
      Node& entry = item(workload);
      comments_.above[&entry].push_back(
          one_line(fmt::format("{}, line {}", source.path, source.where.line)));
      const auto function =
          std::find_if(stack_.functions.begin(), stack_.functions.end(),
                       [&](const Function& other) { return other.id == source.function; });
      LAMBDASIM_CHECK(function != stack_.functions.end(),
                      "a source of a function that is not there");
      child(entry, "invoke", Node::Kind::kScalar).scalar = function->name;
      if (source.settings.empty() && source.kind != "http") {
        child(entry, "source", Node::Kind::kScalar).scalar = source.kind;
      }
      for (const auto& [key, value] : source.settings) {
        set(child(child(entry, "source"), source.kind), key, value,
            fmt::format("{}.source.{}", at, source.kind));
      }
      write_arrivals(source, child(entry, "arrivals"), at + ".arrivals");
    }
  }

  void write_arrivals(const Source& source, Node& arrivals, const std::string& at) {
    for (const auto& [key, value] : source.arrivals) {
      set(arrivals, key, value, at);
    }
    if (source.arrivals.empty()) {
      const std::string_view what = source.kind == "http"    ? "calls"
                                    : source.kind == "async" ? "events"
                                    : source.kind == "sqs"   ? "messages"
                                                             : "records";
      set(arrivals, "poisson.rate", {"1 /s", 0, fmt::format("how many {} come", what), ""}, at);
    }
  }

  std::string header(const std::string& body) const {
    const std::string file = one_line(std::filesystem::path(file_).filename().string());
    const std::size_t count = placeholders_.size();
    std::string text = fmt::format(
        "# Imported from {} ({}); comments name its lines.\n"
        "# It runs as it stands, but a template does not say what code does and how often it is\n"
        "# called: {} value{} below {} guessed, marked {}.\n",
        file, stack_.kind, count, count == 1 ? "" : "s", count == 1 ? "is" : "are", kMark);
    std::size_t line = 3 + count + 1;
    std::size_t found = 0;
    std::string list;
    for (std::size_t begin = 0; begin < body.size();) {
      const std::size_t end = std::min(body.find('\n', begin), body.size());
      ++line;
      if (body.substr(begin, end - begin).find(fmt::format("  # {}", kMark)) != std::string::npos &&
          found < count) {
        list += fmt::format("#   line {}: {}\n", line, placeholders_[found++]);
      }
      begin = end + 1;
    }
    LAMBDASIM_CHECK(found == count, "placeholders are not where they were put");
    return text + list + "\n";
  }

  const Stack& stack_;
  std::string file_;
  Node root_;
  config::Comments comments_;
  std::vector<std::string> placeholders_;  // paths, in the order of the tree
};

}  // namespace

ScenarioYaml scenario_yaml(const Stack& stack, const std::string& file) {
  return ScenarioWriter(stack, file).write();
}

}  // namespace lambdasim::import
