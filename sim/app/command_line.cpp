#include "sim/app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "sim/app/calibrate_options.h"
#include "sim/app/command_import.h"
#include "sim/app/commands.h"
#include "sim/app/completion.h"
#include "sim/app/exit_codes.h"
#include "sim/app/fit.h"
#include "sim/app/graphviz.h"
#include "sim/app/simulation_options.h"
#include "sim/app/terminal.h"
#include "sim/app/version.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"
#include "sim/io/result_file.h"
#include "sim/io/result_reader.h"

namespace lambdasim::app {
namespace {

void add_validate(CLI::App& root, ValidateOptions& options, std::vector<std::string>& settings,
                  Action& action) {
  CLI::App* command =
      root.add_subcommand("validate", "Check a scenario without simulating anything");
  command->footer(
      "Where steps need one another, it prints the critical path: the chain that takes longest. "
      "Where functions call one another, it says how many executions at once can deadlock.\n\n"
      "Example:\n  lambdasim validate scenarios/get_user.yaml --resolved inside\n"
      "  lambdasim validate scenarios/long_job.yaml --alternatives");
  command->add_option("scenario", options.scenario, "Scenario file (YAML)")->required();
  add_set(*command, settings);
  CLI::Option* resolved =
      command
          ->add_option("--resolved", options.resolved,
                       "Print the whole scenario as it holds for this design, defaults and all")
          ->type_name("DESIGN");
  CLI::Option* alternatives =
      command
          ->add_flag("--alternatives", options.alternatives,
                     "Print what the same work costs a month on Lambda, Fargate, ECS, EC2 and "
                     "Managed Instances, and from which rate on each is cheaper")
          ->excludes(resolved);
  command->add_flag("--json", options.json, "Print the alternatives as JSON")->needs(alternatives);
  command->add_flag("-q,--quiet", options.quiet, "Print nothing when it is valid");
  command->callback([&] {
    action = [&] {
      options.overrides = overrides_of(settings);
      return validate_command(options);
    };
  });
}

/// What graph takes, as the command line holds it.
struct GraphArguments {
  GraphOptions options;
  std::vector<std::string> settings;
  std::string format;
};

void add_graph(CLI::App& root, GraphArguments& arguments, Action& action) {
  CLI::App* command =
      root.add_subcommand("graph", "Draw a scenario: what invokes, calls, holds and asks what");
  command->footer(
      "DOT is the language of Graphviz. An SVG is laid out by Graphviz's program dot.\n\n"
      "Example:\n  lambdasim graph scenarios/postgres.yaml -o postgres.svg\n"
      "  lambdasim graph scenarios/parallel_steps.yaml --design '512 MB parallel' --function page");
  GraphOptions& options = arguments.options;
  command->add_option("scenario", options.scenario, "Scenario file (YAML)")->required();
  add_set(*command, arguments.settings);
  command->add_option("--design", options.design, "Draw this design (default: the first)")
      ->type_name("NAME");
  command
      ->add_option("--function", options.function,
                   "Draw this function from inside: its steps, and the critical path among them")
      ->type_name("NAME");
  command
      ->add_option("-o,--output", options.output,
                   "File that ends in .dot, .gv or .svg (default: DOT to stdout)")
      ->type_name("FILE");
  command->add_option("--format", arguments.format, "dot or svg, whatever the file is called")
      ->type_name("NAME")
      ->check(CLI::IsMember({"dot", "svg"}));
  command->callback([&] {
    action = [&] {
      arguments.options.overrides = overrides_of(arguments.settings);
      if (!arguments.format.empty()) {
        arguments.options.format =
            arguments.format == "svg" ? GraphFormat::kSvg : GraphFormat::kDot;
      }
      return graph_command(arguments.options);
    };
  });
}

void add_export(CLI::App& root, ExportOptions& options, Action& action) {
  CLI::App* command = root.add_subcommand("export", "Print a table of a result file as CSV");
  command->footer(
      "Example:\n  lambdasim export get_user.h5 --table invocations "
      "--columns arrival_ns,latency_ns -o latency.csv\n"
      "For Parquet: python -m lambdasim.export get_user.h5 -o invocations.parquet");
  command->add_option("file", options.file, "Result file (.h5, or a .partial one)")->required();
  command
      ->add_option("--table", options.table,
                   "Table: summary (default), invocations, sources, executions, ...")
      ->type_name("NAME");
  command->add_option("--columns", options.columns, "Columns, separated by commas (default: all)")
      ->type_name("A,B")
      ->delimiter(',');
  command->add_option("-o,--output", options.output, "CSV file (default: stdout)")
      ->type_name("FILE");
  command->callback([&] { action = [&] { return export_command(options); }; });
}

void add_models(CLI::App& root, bool& json, std::string& name, Action& action) {
  CLI::App* command =
      root.add_subcommand("models", "What the simulator claims about Lambda, and why");
  command->require_subcommand(1);
  command->footer("Example:\n  lambdasim models list");
  CLI::App* list = command->add_subcommand("list", "Every model, platform and runtime");
  list->footer("Example:\n  lambdasim models list --json");
  list->add_flag("--json", json, "Print as JSON");
  list->callback([&] { action = [&] { return list_models_command(json); }; });
  CLI::App* explain =
      command->add_subcommand("explain", "What one does, its parameters and their sources");
  explain->footer("Example:\n  lambdasim models explain idle_window");
  explain->add_option("name", name, "Name, e.g. quota, aws-2026, python3.13")->required();
  explain->callback([&] { action = [&] { return explain_model_command(name); }; });
}

void add_completion(CLI::App& root, std::string& shell, Action& action) {
  CLI::App* command = root.add_subcommand("completion", "Print a completion script for a shell");
  command->footer("Example:\n  source <(lambdasim completion bash)");
  command->add_option("shell", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&] {
    action = [&] {
      print(completion_script(root, shell));
      return kExitOk;
    };
  });
}

std::vector<std::string> subcommands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

std::vector<std::string> long_options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

/// What is wrong with the command line: a word that means nothing, else what CLI11 says.
std::string mistake_in(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* command = &root;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
  }
  const std::vector<std::string> unknown = root.remaining(true);
  for (const std::string& word : unknown) {
    if (word.starts_with("-")) {
      const std::string name = word.substr(0, word.find('='));
      return fmt::format("unknown option '{}'{}", name,
                         config::suggestion(name, long_options_of(*command)));
    }
  }
  if (unknown.empty()) {
    return error.what();
  }
  const std::vector<std::string> known = subcommands_of(*command);
  return known.empty() ? fmt::format("nothing is expected where '{}' stands", unknown.front())
                       : fmt::format("unknown command '{}'{}", unknown.front(),
                                     config::suggestion(unknown.front(), known));
}

int report_usage(const CLI::App& root, const CLI::ParseError& error) {
  tell(fmt::format(
      "lambdasim: {}\n'lambdasim --help' shows the commands, 'lambdasim COMMAND --help' "
      "one of them\n",
      mistake_in(root, error)));
  return kExitUsage;
}

int report_invalid(const config::InvalidInput& error) {
  for (const config::Diagnostic& diagnostic : error.diagnostics()) {
    tell(config::to_string(diagnostic) + "\n");
  }
  const std::size_t n = error.diagnostics().size();
  tell(fmt::format("{} error{}; nothing was simulated\n", n, n == 1 ? "" : "s"));
  return error.only_no_input() ? kExitNoInput : kExitBadData;
}

/// The mistakes, then what the same work would cost where it fits.
int report_misfit(const DoesNotFit& error) {
  report_invalid(error);
  try {
    tell("\n" + fit_text(fit_report(error.scenario(), FitScope::kProblems)));
  } catch (const std::exception& unreadable) {
    tell(fmt::format("its calls cannot be counted: {}\n", unreadable.what()));
  }
  return kExitBadData;
}

/// Runs the action and turns what it throws into a message and an exit code.
int guarded(const Action& action) {
  const auto fail = [](const std::exception& error, int code) {
    tell(fmt::format("lambdasim: {}\n", error.what()));
    return code;
  };
  try {
    return action();
  } catch (const DoesNotFit& error) {
    return report_misfit(error);
  } catch (const config::InvalidInput& error) {
    return report_invalid(error);
  } catch (const config::NoInput& error) {
    return fail(error, kExitNoInput);
  } catch (const io::NoFile& error) {
    return fail(error, kExitNoInput);
  } catch (const io::NotFound& error) {
    return fail(error, kExitUsage);
  } catch (const io::CannotCreate& error) {
    return fail(error, kExitCannotCreate);
  } catch (const io::IoFailure& error) {
    return fail(error, kExitInputOutput);
  } catch (const NoGraphviz& error) {
    return fail(error, kExitUnavailable);
  } catch (const OutputLost& error) {
    return fail(error, kExitInputOutput);
  } catch (const UsageError& error) {
    return fail(error, kExitUsage);
  } catch (const std::invalid_argument& error) {
    return fail(error, kExitUsage);
  } catch (const core::InvariantViolation& error) {
    tell("lambdasim: this is a defect of the simulator, please report it with the scenario:\n");
    return fail(error, kExitDefect);
  } catch (const std::exception& error) {
    return fail(error, kExitDefect);
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App root{
      "lambdasim: what AWS Lambda does to latency, cold starts and cost, before you deploy",
      "lambdasim"};
  root.set_version_flag("--version", "lambdasim " + std::string(kVersion));
  root.require_subcommand(1);
  root.footer("Start with:\n  lambdasim compare scenarios/get_user.yaml");
  Action action;
  RunArguments run;
  RunArguments compare;
  MemoryArguments memory;
  CalibrateOptions calibrate;
  ValidateOptions validate;
  GraphArguments graph;
  ExportOptions exported;
  ImportOptions imported;
  std::vector<std::string> validate_settings;
  bool json = false;
  std::string model;
  std::string shell;
  add_run(root, "run", "Simulate every design of a scenario and print its figures",
          "lambdasim run scenarios/get_user.yaml --set functions.get_user.memory='1024 MB'", run)
      ->callback([&] { action = [&] { return run_command(run.resolved()); }; });
  add_run(root, "compare", "Simulate the designs on the same random numbers and tell which wins",
          "lambdasim compare scenarios/get_user.yaml --replications 10", compare)
      ->callback([&] { action = [&] { return compare_command(compare.resolved()); }; });
  add_memory(root, memory, action);
  add_calibrate(root, calibrate, action);
  add_validate(root, validate, validate_settings, action);
  add_graph(root, graph, action);
  add_export(root, exported, action);
  add_import(root, imported, action);
  add_models(root, json, model, action);
  add_completion(root, shell, action);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  run.options.argv = arguments;
  compare.options.argv = arguments;
  memory.run.options.argv = arguments;
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    action = [&] {
      print(root.help());
      return kExitOk;
    };
  } catch (const CLI::CallForVersion& version) {
    action = [text = fmt::format("{}\n", version.what())] {
      print(text);
      return kExitOk;
    };
  } catch (const CLI::ParseError& error) {
    return report_usage(root, error);
  }
  return guarded(action);
}

}  // namespace lambdasim::app
