# Everything comes from the system's packages; `./dev setup` installs them.
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

pkg_check_modules(libdeflate REQUIRED IMPORTED_TARGET GLOBAL libdeflate)
add_library(libdeflate::libdeflate ALIAS PkgConfig::libdeflate)

# CMake's own FindHDF5 asks the compiler wrapper; the serial C library is all that is needed.
pkg_check_modules(hdf5_serial REQUIRED IMPORTED_TARGET GLOBAL hdf5-serial)
add_library(hdf5::hdf5 INTERFACE IMPORTED GLOBAL)
target_link_libraries(hdf5::hdf5 INTERFACE PkgConfig::hdf5_serial hdf5_hl)
target_link_directories(hdf5::hdf5 INTERFACE ${hdf5_serial_LIBRARY_DIRS})

if(LAMBDASIM_TESTS)
  find_package(GTest REQUIRED)
endif()
if(LAMBDASIM_BENCH)
  find_package(benchmark REQUIRED)
endif()
