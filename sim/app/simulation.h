// What the commands that simulate have in common: warnings, the file's name, progress, Ctrl-C and
// the closing words.
#pragma once

#include <functional>
#include <string>

#include "sim/app/commands.h"
#include "sim/app/experiment.h"

namespace lambdasim::app {

void tell_warnings(const Scenario& scenario, const RunOptions& options);

/// The file to write: as asked for, else `name` in the current folder.
/// @throws UsageError where that is the scenario itself or a trace that it replays
std::string output_of(const RunOptions& options, const Scenario& scenario, const std::string& name);

using AddTables = std::function<void(const ExperimentResult&, io::ResultFile&)>;
using ShowResult = std::function<void(const ExperimentResult&)>;

/// Runs all designs into the file and shows the result, unless it was interrupted, met a bad row
/// of a trace or a full disk: then it says so.
/// @param add_tables may be empty
/// @return the exit code of the program
int simulate(const Scenario& scenario, const RunOptions& options, const std::string& file,
             const AddTables& add_tables, const ShowResult& show);

/// What was written, and what to do with it.
std::string closing(const std::string& file, const std::string& table);

}  // namespace lambdasim::app
