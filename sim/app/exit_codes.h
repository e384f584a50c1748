// Exit codes of the program, as in sysexits.h.
#pragma once

namespace lambdasim::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitDiffers =
    1;  ///< a check found more difference than allowed, as diff has it
inline constexpr int kExitUsage = 64;
inline constexpr int kExitBadData = 65;
inline constexpr int kExitNoInput = 66;
inline constexpr int kExitUnavailable = 69;
inline constexpr int kExitDefect = 70;
inline constexpr int kExitCannotCreate = 73;
inline constexpr int kExitInputOutput = 74;
inline constexpr int kExitInterrupted = 130;

}  // namespace lambdasim::app
