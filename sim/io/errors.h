// What can go wrong with the output file, told apart by what a person has to do about it.
#pragma once

#include <stdexcept>

namespace lambdasim::io {

/// The file cannot be made where it should be: no such folder, no permission.
class CannotCreate : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writing or reading failed under way: a full disk, a damaged file.
class IoFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace lambdasim::io
