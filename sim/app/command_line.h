// The command line: the only part of the program that talks to a person.
#pragma once

namespace lambdasim::app {

/// Runs the program. @return the exit code, as in sysexits: 0, 64 usage, 65 bad data, 66 no input,
/// 70 defect of the program, 73 cannot create, 74 I/O, 130 interrupted.
int run_command_line(int argc, char** argv);

}  // namespace lambdasim::app
