# Warnings for our own code, as an interface target so that no dependency inherits them.
option(LAMBDASIM_WERROR "Treat warnings as errors" OFF)
add_library(lambdasim_warnings INTERFACE)
target_compile_options(lambdasim_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough
  # g++ 12 sees overlapping copies in "literal" + std::string where there are none (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${LAMBDASIM_WERROR}>:-Werror>)
