#include "models/arrival/csv_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <span>

namespace lambdasim::models {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20;

}  // namespace

CsvRows::CsvRows(const std::string& path) : path_(path), file_(path), buffer_(kBuffer) {
  read_header();
}

void CsvRows::fail_at(int column, const std::string& message) const {
  throw config::InvalidInput({{{path_, line_number_, column}, "", message}});
}

void CsvRows::fail(std::size_t column, const std::string& message) const {
  fail_at(static_cast<int>(fields_[column].data() - line_.data()) + 1, message);
}

bool CsvRows::read_more() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    ++line_number_;
    fail_at(1, fmt::format("the line is longer than {} bytes", kBuffer));
  }
  std::string damage;
  const std::size_t got = file_.read(std::span{buffer_}.subspan(end_), damage);
  if (!damage.empty()) {
    ++line_number_;
    fail_at(1, damage);
  }
  end_ += got;
  at_end_ = got == 0;
  return got > 0;
}

bool CsvRows::next_line() {
  std::size_t searched = begin_;
  while (true) {
    const void* found =
        end_ > searched ? std::memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr;
    if (found != nullptr || (at_end_ && begin_ < end_)) {
      const char* first = buffer_.data() + begin_;
      const char* last = found != nullptr ? static_cast<const char*>(found) : buffer_.data() + end_;
      begin_ = static_cast<std::size_t>(last - buffer_.data()) + (found != nullptr ? 1U : 0U);
      line_ = {first, static_cast<std::size_t>(last - first)};
      if (!line_.empty() && line_.back() == '\r') {
        line_.remove_suffix(1);
      }
      ++line_number_;
      return true;
    }
    if (at_end_) {
      return false;
    }
    const std::size_t kept = end_ - begin_;
    read_more();
    searched = begin_ + kept;
  }
}

void CsvRows::split_quoted(std::size_t begin) {
  const std::size_t end = line_.find('"', begin);
  if (end == std::string_view::npos) {
    fail_at(static_cast<int>(begin), "the quote is not closed on this line");
  }
  fields_.push_back(line_.substr(begin, end - begin));
}

void CsvRows::split() {
  fields_.clear();
  std::size_t begin = 0;
  while (true) {
    std::size_t search = begin;
    if (begin < line_.size() && line_[begin] == '"') {
      split_quoted(begin + 1);
      search = begin + fields_.back().size() + 2;
    }
    const void* found = search < line_.size()
                            ? std::memchr(line_.data() + search, ',', line_.size() - search)
                            : nullptr;
    const std::size_t end =
        found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - line_.data())
                         : line_.size();
    if (search == begin) {
      fields_.push_back(line_.substr(begin, end - begin));
    }
    if (found == nullptr) {
      return;
    }
    begin = end + 1;
  }
}

void CsvRows::read_header() {
  if (!next_line()) {
    ++line_number_;
    fail_at(1, "the file is empty; a header with the names of its columns is expected");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line_.starts_with(kByteOrderMark)) {
    line_.remove_prefix(kByteOrderMark.size());
  }
  split();
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!seen.insert(fields_[i]).second) {
      fail(i, fmt::format("two columns are named '{}'", fields_[i]));
    }
    header_.emplace_back(fields_[i]);
  }
}

bool CsvRows::next() {
  do {
    if (!next_line()) {
      return false;
    }
  } while (line_.empty());
  split();
  if (fields_.size() != header_.size()) {
    fail_at(1, fmt::format("{} fields; the header has {}", fields_.size(), header_.size()));
  }
  return true;
}

}  // namespace lambdasim::models
