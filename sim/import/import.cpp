#include "sim/import/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/config/dialect.h"
#include "sim/import/intrinsics.h"
#include "sim/import/scenario_yaml.h"
#include "sim/import/settle.h"

namespace lambdasim::import {
namespace {

using config::Node;

bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

/// Reports what is wrong with JSON, at its place.
void check_json(const std::string& text, const std::string& path, config::Diagnostics& errors) {
  try {
    const auto ignored = nlohmann::json::parse(text);
    static_cast<void>(ignored);
  } catch (const nlohmann::json::parse_error& error) {
    const std::size_t end = std::min(text.size(), error.byte > 0 ? error.byte - 1 : 0);
    const auto line = std::count(text.begin(), text.begin() + static_cast<long>(end), '\n');
    const std::size_t begin = text.rfind('\n', end == 0 ? 0 : end - 1);
    const std::size_t column = begin == std::string::npos || line == 0 ? end : end - begin - 1;
    std::string why = error.what();
    const std::size_t colon = why.find(": ");
    why = colon == std::string::npos ? why : why.substr(colon + 2);
    errors.report({path, static_cast<int>(line) + 1, static_cast<int>(column) + 1}, "",
                  "not valid JSON: " + why);
  }
}

/// Halves of characters beyond 16 bits (`\ud83d\ude00`), which YAML does not know, as unknown ones.
void replace_surrogates(std::string& text) {
  for (std::size_t at = text.find("\\u"); at != std::string::npos; at = text.find("\\u", at + 2)) {
    const bool is_half =
        at + 5 < text.size() && (text[at + 2] == 'd' || text[at + 2] == 'D') &&
        std::string_view("89abcdefABCDEF").find(text[at + 3]) != std::string_view::npos;
    if (is_half) {
      text.replace(at + 2, 4, "fffd");
    }
  }
}

Format format_of(const Node& root) {
  const auto has = [&root](std::string_view key) { return root.find(key) != nullptr; };
  if (has("planned_values") || (has("format_version") && has("values"))) {
    return Format::kTerraform;
  }
  if (has("AWSTemplateFormatVersion") || has("Resources")) {
    return Format::kCloudFormation;
  }
  if (has("service") && (has("provider") || has("functions"))) {
    return Format::kServerless;
  }
  return Format::kByContent;
}

Node load(const std::string& path, config::Diagnostics& errors) {
  std::string text = config::read_text_file(path);
  if (is_json(text)) {
    check_json(text, path, errors);
    if (!errors.empty()) {
      return {};
    }
    replace_surrogates(text);
  }
  return config::load_text(text, path, errors, {key_of_cloudformation_tag});
}

Stack read(const Node& root, const std::string& path, Format format, const Parameters& parameters,
           Findings& findings) {
  format = format == Format::kByContent ? format_of(root) : format;
  if (!parameters.empty() && format == Format::kTerraform) {
    findings.errors.report({path, 0, 0}, "",
                           "a plan has no parameters: its variables have their values already");
  }
  switch (format) {
    case Format::kCloudFormation:
      return read_cloudformation(root, parameters, findings);
    case Format::kServerless:
      return read_serverless(root, parameters, findings);
    case Format::kTerraform:
      return read_terraform(root, findings);
    default:
      findings.errors.report(
          {path, 0, 0}, "",
          root.kind == Node::Kind::kNull
              ? "is empty; expected is a template of SAM, CloudFormation or the Serverless "
                "Framework, or a Terraform plan in JSON"
              : "is no template that is known: neither Resources (SAM, CloudFormation), nor "
                "service and functions (Serverless Framework), nor planned_values (terraform "
                "show -json); name its kind with --format");
      return {};
  }
}

void throw_if_any(const config::Diagnostics& errors) {
  if (!errors.empty()) {
    throw config::InvalidInput(errors.sorted());
  }
}

}  // namespace

Imported import_template(const std::string& path, Format format, const Parameters& parameters) {
  Findings findings;
  const Node root = load(path, findings.errors);
  throw_if_any(findings.errors);
  Stack stack = read(root, path, format, parameters, findings);
  if (findings.errors.empty() && stack.functions.empty()) {
    findings.errors.report({path, 0, 0}, "",
                           fmt::format("there is no Lambda function in this {}", stack.kind));
  }
  if (!stack.functions.empty()) {
    settle(stack, findings);
  }
  throw_if_any(findings.errors);
  const ScenarioYaml yaml = scenario_yaml(stack, path);
  return {yaml.text,         stack.kind, stack.functions.size(), stack.sources.size(),
          yaml.placeholders, findings};
}

}  // namespace lambdasim::import
