// Strict reading of one mapping of the tree: every key is asked for with its type, range and
// default in one place, which checks it, reports what is wrong, and notes the value that now holds.
//
// Reading never stops at a mistake: a getter that reports returns the default (or a harmless
// value), so that one pass finds all mistakes. finish() reports the keys that nobody asked for. The
// resolved tree holds every key that was asked for, given or by default, and reads back to the same
// values. A key whose value is null counts as absent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"
#include "sim/core/distribution.h"
#include "sim/core/time.h"

namespace lambdasim::config {

/// Bounds of a quantity, both included.
template <class T>
struct Range {
  T from;
  T to;
};

class ObjectReader {
 public:
  /// `node` may be null or Kind::kNull: an absent mapping, every key takes its default. Anything
  /// else but a mapping is reported.
  /// `resolved` becomes a mapping and receives what holds. All references must outlive the reader.
  ObjectReader(const Node* node, std::string path, Diagnostics& diagnostics, Node& resolved);

  const std::string& path() const { return path_; }
  Location where() const;                      ///< of the mapping
  Location where(std::string_view key) const;  ///< of the key's value, or of the mapping
  /// Whether a value is given, which null is not. The key counts as known from then on.
  bool has(std::string_view key);
  /// The value as it was given, without asking for it; null when absent.
  const Node* peek(std::string_view key) const;
  std::vector<std::string> keys() const;

  // A getter without a default is of a required key.
  std::string text(std::string_view key);
  std::string text(std::string_view key, std::string_view default_value);
  /// A list of names; absent or empty it has none.
  std::vector<std::string> texts(std::string_view key);
  bool boolean(std::string_view key, bool default_value);
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> default_value,
                       Range<std::int64_t> range);
  /// A plain number without a unit, or with `%`.
  double number(std::string_view key, std::optional<double> default_value, Range<double> range);
  /// `40 ms`, `1.5 s`, `24 h`; the units are ns us ms s min h d.
  core::Duration duration(std::string_view key, std::optional<core::Duration> default_value,
                          Range<core::Duration> range);
  /// `512 MB`, `1 GB` (1,024 MB); the answer is in MB, whole.
  std::int64_t megabytes(std::string_view key, std::optional<std::int64_t> default_value,
                         Range<std::int64_t> range);
  /// `2 KB`, `1.5 MB`; the answer is in bytes, rounded. A KB is 1,024 B.
  std::int64_t bytes(std::string_view key, std::optional<std::int64_t> default_value,
                     Range<std::int64_t> range);
  /// `25 /s`, `10 /min`, `3 /h`, `100 /d`; the answer is per second.
  double rate(std::string_view key, std::optional<double> default_value, Range<double> range);
  /// `75 MB/s`, `1.2 GB/s`; the answer is in bytes per second. A KB is 1,024 B.
  double throughput(std::string_view key, std::optional<double> default_value, Range<double> range);
  /// `2025-08-01`.
  std::string date(std::string_view key, std::optional<std::string_view> default_value);
  /// One of the names; the answer is its index.
  /// @param otherwise what the caller also takes, named by messages beside the names
  std::size_t choice(std::string_view key, const std::vector<std::string_view>& names,
                     std::optional<std::size_t> default_value, std::string_view otherwise = "");
  /// A distribution of time in ns: a duration is a constant, else a mapping with one key:
  /// constant, uniform {from, to}, exponential {mean}, lognormal {median, p99} | {mean, cv},
  /// gamma {mean, cv}, weibull {shape, scale}, pareto {shape, minimum},
  /// quantiles {p0: .., p50: .., p100: ..}, mixture [{weight, of}, ..], truncated {of, from, to}.
  /// A default that is not constant leaves the key absent in the resolved tree.
  core::Distribution time_distribution(std::string_view key,
                                       std::optional<core::Distribution> default_value);

  /// A nested mapping; absent reads as empty. The caller finishes it.
  ObjectReader object(std::string_view key);
  /// A mapping with exactly one key that names a variant, e.g. `poisson: {rate: 25 /s}`; a bare
  /// name (`keep_alive: none`) is a variant without parameters. `names` are the valid ones; an
  /// unknown one is reported with them and a did-you-mean, and nullopt is returned. The caller
  /// finishes the parameters.
  struct Variant;
  std::optional<Variant> variant(std::string_view key, const std::vector<std::string_view>& names,
                                 std::optional<std::string_view> default_name);
  /// The key of a mapping that must have exactly one, out of `names`; reports anything else. Its
  /// value is still to be asked for.
  /// @param beside keys that may stand beside it; the caller asks for them
  std::optional<std::string> only_key(const std::vector<std::string_view>& names,
                                      const std::vector<std::string_view>& beside = {});
  /// Each entry of a mapping of named things. An absent or empty required one is reported. Every
  /// entry is finished after `read`.
  void each_named(std::string_view key, bool required,
                  const std::function<void(const std::string&, ObjectReader&)>& read);
  /// Each mapping of a sequence, in the same way.
  void each_item(std::string_view key, bool required,
                 const std::function<void(std::size_t, ObjectReader&)>& read);

  /// Reports a mistake at a key's value (cross-field checks).
  void report(std::string_view key, std::string message);
  /// Reports that the file which a key names cannot be read.
  void report_no_input(std::string_view key, std::string message);
  /// Reports a mistake of the mapping as a whole.
  void report_here(std::string message);
  /// Reports every key that nobody asked for, with a did-you-mean among those asked for.
  void finish();

 private:
  const Node* ask(std::string_view key);
  Node& note(std::string_view key);
  std::string path_of(std::string_view key) const;
  void note_scalar(std::string_view key, std::string text);
  void report_missing(std::string_view key, std::string_view what);
  /// The text of a scalar value; reports a value that is none, or an absent one if `required`.
  const std::string* scalar(std::string_view key, std::string_view what, bool required);
  template <class T, class Parse, class Format>
  T quantity(std::string_view key, std::string_view what, const std::optional<T>& default_value,
             const Range<T>& range, Parse parse, Format format, std::string_view steps = "");
  ObjectReader child(const Node* node, std::string path, Node& resolved) const;

  const Node* node_;
  std::string path_;
  Diagnostics* diagnostics_;
  Node* resolved_;
  Location fallback_;    // where an absent mapping would stand
  bool broken_ = false;  // not a mapping, which was reported: nothing is missing in it
  std::vector<std::string> asked_;
};

struct ObjectReader::Variant {
  std::string name;
  ObjectReader parameters;
};

/// The kinds of distribution that ObjectReader::time_distribution() knows.
std::vector<std::string> distribution_names();

/// The closest of `names` to `word` if it is close enough to be a slip of the finger.
std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& names);

/// `; did you mean 'x'?` where did_you_mean() has an answer, else nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& names);

}  // namespace lambdasim::config
