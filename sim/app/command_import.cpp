// `lambdasim import`: the scenario on stdout or in a file, what was left out on stderr.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "sim/app/command_import.h"
#include "sim/app/exit_codes.h"
#include "sim/app/terminal.h"
#include "sim/import/import.h"
#include "sim/io/partial_file.h"

namespace lambdasim::app {
namespace {

const std::map<std::string, import::Format>& formats() {
  static const std::map<std::string, import::Format> kFormats{
      {"cloudformation", import::Format::kCloudFormation},
      {"sam", import::Format::kCloudFormation},
      {"serverless", import::Format::kServerless},
      {"terraform", import::Format::kTerraform}};
  return kFormats;
}

import::Parameters parameters_of(const std::vector<std::string>& given) {
  import::Parameters parameters;
  for (const std::string& text : given) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0) {
      throw UsageError(
          fmt::format("--parameter takes NAME=VALUE, such as Stage=prod, got '{}'", text));
    }
    parameters[text.substr(0, sign)] = text.substr(sign + 1);
  }
  return parameters;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Beside each other what stands in one place of the template: a line a resource.
void tell_what_has_no_part(const config::Diagnostics& findings) {
  std::string place;
  std::string text;
  const auto flush = [&text] {
    if (!text.empty()) {
      tell(text + "\n");
    }
    text.clear();
  };
  for (const config::Diagnostic& finding : findings.sorted()) {
    constexpr std::string_view kUsual = "has no part in the simulation";
    if (finding.message != kUsual) {
      flush();
      place.clear();
      tell(fmt::format("note: {}\n", config::to_string(finding)));
      continue;
    }
    const std::size_t dot = finding.path.rfind('.');
    const std::string of = finding.path.substr(0, dot == std::string::npos ? 0 : dot);
    const std::string name = finding.path.substr(dot == std::string::npos ? 0 : dot + 1);
    if (text.empty() || of != place) {
      flush();
      place = of;
      text = "note: " +
             config::to_string({finding.where, of, "without a part in the simulation: " + name});
    } else {
      text += fmt::format(", {} (line {})", name, finding.where.line);
    }
  }
  flush();
}

int report_mistakes(const std::vector<config::Diagnostic>& mistakes) {
  for (const config::Diagnostic& mistake : mistakes) {
    tell(config::to_string(mistake) + "\n");
  }
  tell(fmt::format("{}; nothing was written\n", counted(mistakes.size(), "error")));
  return kExitBadData;
}

}  // namespace

int import_command(const ImportOptions& options) {
  if (!options.output.empty() && io::would_overwrite(options.output, options.file)) {
    throw UsageError(fmt::format("{} would overwrite what it is read from", options.output));
  }
  import::Imported made;
  try {
    const auto format = formats().find(options.format);
    made = import::import_template(
        options.file, format == formats().end() ? import::Format::kByContent : format->second,
        parameters_of(options.parameters));
  } catch (const config::InvalidInput& error) {
    return report_mistakes(error.diagnostics());
  }
  const auto missed = made.findings.missed.sorted();
  if (options.strict && !missed.empty()) {
    return report_mistakes(missed);
  }
  for (const config::Diagnostic& finding : missed) {
    tell(fmt::format("warning: {}\n", config::to_string(finding)));
  }
  if (!options.quiet) {
    tell_what_has_no_part(made.findings.no_part);
  }
  if (options.output.empty()) {
    print(made.yaml);
    return kExitOk;
  }
  io::write_text_file(options.output, [&](std::ostream& out) { out << made.yaml; });
  if (!options.quiet) {
    print(fmt::format("wrote {} ({}): {}, {}, {} to fill in\n", options.output, made.kind,
                      counted(made.functions, "function"), counted(made.sources, "source"),
                      counted(made.placeholders, "value")));
  }
  return kExitOk;
}

void add_import(CLI::App& root, ImportOptions& options, Action& action) {
  CLI::App* command = root.add_subcommand("import",
                                          "Make a scenario of a template: SAM, CloudFormation, "
                                          "Serverless Framework, Terraform");
  command->footer(
      "What a template does not say (what handlers do, how often they are called) becomes a\n"
      "default marked FILL IN. What is not read is listed on stderr, at its line.\n\n"
      "Example:\n  lambdasim import scenarios/templates/sam.yaml -o scenario.yaml\n"
      "  terraform show -json plan.out > plan.json && lambdasim import plan.json -o scenario.yaml");
  command->add_option("template", options.file, "Template (YAML or JSON)")->required();
  command
      ->add_option("-o,--output", options.output,
                   "Scenario file (default: stdout); one that is there is replaced")
      ->type_name("FILE");
  command
      ->add_option("--format", options.format,
                   "sam, cloudformation, serverless or terraform (default: by content)")
      ->type_name("NAME")
      ->check(CLI::IsMember({"sam", "cloudformation", "serverless", "terraform"}));
  command
      ->add_option("--parameter", options.parameters,
                   "A parameter of the stack, or an option of serverless; can be given again")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all();
  command->add_flag("--strict", options.strict, "What is not read is an error");
  command->add_flag("-q,--quiet", options.quiet,
                    "No notes on what has no part in a simulation, no summary");
  command->callback([&] { action = [&] { return import_command(options); }; });
}

}  // namespace lambdasim::app
