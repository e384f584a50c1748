// Numbered places for the open events of a source: a place is used again once it is given back, so
// that a run in steady state allocates nothing. A number is what requests carry as their ticket and
// wakes as their token.
#pragma once

#include <cstdint>
#include <vector>

namespace lambdasim::models {

template <class T>
class Slab {
 public:
  std::uint32_t take(const T& value) {
    if (free_.empty()) {
      places_.push_back(value);
      return static_cast<std::uint32_t>(places_.size() - 1);
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    places_[place] = value;
    return place;
  }
  /// The place keeps its value until it is taken again.
  void give_back(std::uint32_t place) { free_.push_back(place); }

  /// Valid until the next take().
  T& operator[](std::uint32_t place) { return places_[place]; }

  /// Every place, those given back too.
  const std::vector<T>& places() const { return places_; }

 private:
  std::vector<T> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lambdasim::models
