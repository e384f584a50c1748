# LAMBDASIM_SANITIZE: a comma-separated list for -fsanitize; LAMBDASIM_COVERAGE: gcov counters.
set(LAMBDASIM_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")
option(LAMBDASIM_COVERAGE "Count executed lines" OFF)
if(LAMBDASIM_SANITIZE)
  add_compile_options(-fsanitize=${LAMBDASIM_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  # The loop is inlined whole: tracking its variables for debuggers takes g++ longer than the rest.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-var-tracking-assignments>)
  add_link_options(-fsanitize=${LAMBDASIM_SANITIZE})
endif()
if(LAMBDASIM_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
