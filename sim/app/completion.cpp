#include "sim/app/completion.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <vector>

namespace lambdasim::app {
namespace {

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
    for (const std::string& name : option->get_snames()) {
      names.push_back("-" + name);
    }
  }
  return names;
}

std::vector<std::string> subcommands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// The words that may follow each subcommand, as `case` branches.
std::string bash_cases(const CLI::App& root) {
  std::string cases;
  for (const CLI::App* command : root.get_subcommands({})) {
    std::vector<std::string> words = options_of(*command);
    const std::vector<std::string> further = subcommands_of(*command);
    words.insert(words.end(), further.begin(), further.end());
    if (command->get_name() == "completion") {
      words.insert(words.end(), {"bash", "zsh", "fish"});
    }
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), joined(words));
  }
  return cases;
}

std::string bash_script(const CLI::App& root) {
  return fmt::format(R"(_lambdasim() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words
  case ${{COMP_WORDS[1]}} in
{}    *) words="{} {}" ;;
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="{} {}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $COMP_CWORD -gt 1 && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _lambdasim lambdasim
)",
                     bash_cases(root), joined(subcommands_of(root)), joined(options_of(root)),
                     joined(subcommands_of(root)), joined(options_of(root)));
}

std::string fish_script(const CLI::App& root) {
  std::string script;
  for (const CLI::App* command : root.get_subcommands({})) {
    script += fmt::format("complete -c lambdasim -n __fish_use_subcommand -f -a {} -d \"{}\"\n",
                          command->get_name(), command->get_description());
    const std::string seen = fmt::format("__fish_seen_subcommand_from {}", command->get_name());
    for (const CLI::App* further : command->get_subcommands({})) {
      script += fmt::format("complete -c lambdasim -n \"{}\" -f -a {} -d \"{}\"\n", seen,
                            further->get_name(), further->get_description());
    }
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        script += fmt::format("complete -c lambdasim -n \"{}\" -l {} -d \"{}\"\n", seen, name,
                              option->get_description());
      }
    }
  }
  return script +
         "complete -c lambdasim -n \"__fish_seen_subcommand_from completion\" -f -a "
         "\"bash zsh fish\"\n";
}

}  // namespace

std::string completion_script(const CLI::App& root, const std::string& shell) {
  if (shell == "fish") {
    return fish_script(root);
  }
  const std::string bash = bash_script(root);
  return shell == "bash" ? bash : "autoload -U +X bashcompinit && bashcompinit\n" + bash;
}

}  // namespace lambdasim::app
