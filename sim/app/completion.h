// Completion scripts for shells, made from the command line as it is, so they cannot fall behind.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace lambdasim::app {

/// @param shell bash, zsh or fish
std::string completion_script(const CLI::App& root, const std::string& shell);

}  // namespace lambdasim::app
