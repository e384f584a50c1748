// YAML text to Node, by the events of yaml-cpp's parser.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "sim/config/dialect.h"

namespace lambdasim::config {
namespace {

// Aliases copy, and copies of copies grow without bound.
constexpr std::size_t kMostCopies = 1'000'000;

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& item : node.items) {
    size += size_of(item);
  }
  for (const Entry& entry : node.entries) {
    size += size_of(entry.value);
  }
  return size;
}

class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& file, Diagnostics& diagnostics, const Dialect* dialect = nullptr)
      : file_(file), diagnostics_(diagnostics), dialect_(dialect) {}

  Node take() { return std::move(root_); }
  const Location& begin() const { return begin_; }

  void OnDocumentStart(const YAML::Mark& mark) override { begin_ = place(mark); }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.where = place(mark);
    if (const Frame* top = innermost(); top != nullptr && top->in_value) {
      node.where = top->key_where;
    }
    add(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const std::string key = key_of(mark, tag);
    Node node;
    node.kind = Node::Kind::kScalar;
    node.where = place(mark);
    node.scalar = value;
    add(under(key, std::move(node)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      report(place(mark), "an alias cannot stand inside what it stands for");
      Node nothing;
      nothing.where = place(mark);
      add(std::move(nothing), YAML::NullAnchor);
      return;
    }
    copies_ += size_of(found->second);
    if (copies_ > kMostCopies) {
      throw YAML::ParserException(mark, "aliases stand for more than a million values");
    }
    add(found->second, YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::string tag_key;  // see Dialect
    bool in_value = false;
    bool drop_value = false;
    std::string key;
    Location key_where;
    std::map<std::string, int> lines;  // of the keys so far
  };

  Location place(const YAML::Mark& mark) const {
    return mark.is_null() ? Location{file_, 0, 0} : Location{file_, mark.line + 1, mark.column + 1};
  }

  Frame* innermost() { return stack_.empty() ? nullptr : &stack_.back(); }

  void report(Location where, std::string message) {
    diagnostics_.report(std::move(where), path(), std::move(message));
  }

  std::string path() const {
    std::string text;
    for (const Frame& frame : stack_) {
      const std::string part = frame.node.kind == Node::Kind::kSequence
                                   ? std::to_string(frame.node.items.size())
                                   : (frame.in_value ? frame.key : "");
      text += text.empty() || part.empty() ? "" : ".";
      text += part;
    }
    return text;
  }

  /// The key that a tag is short for; empty without one.
  std::string key_of(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") {
      return {};
    }
    std::string key = dialect_ == nullptr ? std::string{} : dialect_->key_of_tag(tag);
    if (key.empty()) {
      report(place(mark), fmt::format("tags such as '{}' have no meaning here; leave it out", tag));
    }
    return key;
  }

  static Node under(const std::string& key, Node value) {
    if (key.empty()) {
      return value;
    }
    Node mapping;
    mapping.kind = Node::Kind::kMapping;
    mapping.where = value.where;
    mapping.entries.push_back({key, value.where, std::move(value)});
    return mapping;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    Frame frame;
    frame.tag_key = key_of(mark, tag);
    frame.node.kind = kind;
    frame.node.where = place(mark);
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.node.find("<<") != nullptr) {
      merge(frame.node);
    }
    add(under(frame.tag_key, std::move(frame.node)), frame.anchor);
  }

  /// Adds what stands under `<<`, one mapping or a list of them, to the mapping around it.
  void merge(Node& mapping) {
    const Node merged = *mapping.find("<<");
    mapping.erase("<<");
    const auto add_missing = [&](const Node& from) {
      if (from.kind != Node::Kind::kMapping) {
        report(from.where, "a merge key ('<<') takes mappings");
      }
      for (const Entry& entry : from.entries) {
        if (mapping.find(entry.key) == nullptr) {
          mapping.entries.push_back(entry);
        }
      }
    };
    if (merged.kind == Node::Kind::kSequence) {
      std::for_each(merged.items.begin(), merged.items.end(), add_missing);
    } else {
      add_missing(merged);
    }
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      anchors_[anchor] = node;
    }
    Frame* parent = innermost();
    if (parent == nullptr) {
      root_ = std::move(node);
    } else if (parent->node.kind == Node::Kind::kSequence) {
      parent->node.items.push_back(std::move(node));
    } else if (!parent->in_value) {
      take_key(*parent, node);
    } else {
      if (!parent->drop_value) {
        parent->node.entries.push_back({parent->key, parent->key_where, std::move(node)});
      }
      parent->in_value = false;
    }
  }

  void take_key(Frame& mapping, const Node& key) {
    mapping.drop_value = true;
    if (key.kind != Node::Kind::kScalar) {
      report(key.where, "a key must be plain text");
    } else if (key.scalar == "<<" && dialect_ == nullptr) {
      report(key.where,
             "merge keys ('<<') are not supported; write the values out, or use an alias "
             "for a whole value");
    } else if (const auto [first, is_new] = mapping.lines.emplace(key.scalar, key.where.line);
               !is_new) {
      report(key.where, fmt::format("duplicate key '{}'; it stands in line {} already", key.scalar,
                                    first->second));
    } else {
      mapping.drop_value = false;
    }
    mapping.key = key.scalar;
    mapping.key_where = key.where;
    mapping.in_value = true;
  }

  const std::string& file_;
  Diagnostics& diagnostics_;
  const Dialect* dialect_;
  Node root_;
  Location begin_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t copies_ = 0;
};

Location place_of(const YAML::Exception& error, const std::string& file) {
  return error.mark.is_null() ? Location{file, 0, 0}
                              : Location{file, error.mark.line + 1, error.mark.column + 1};
}

}  // namespace

std::string read_text_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) {
    text << stream.rdbuf();
  }
  if (!stream.is_open() || stream.bad() || text.fail()) {
    throw NoInput(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  }
  return text.str();
}

Node load_file(const std::string& path, Diagnostics& diagnostics) {
  return load_text(read_text_file(path), path, diagnostics);
}

namespace {

Node load(std::string_view text, const std::string& name, Diagnostics& diagnostics,
          const Dialect* dialect) {
  Builder builder(name, diagnostics, dialect);
  std::istringstream stream{std::string{text}};
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      Node empty;
      empty.where = {name, 0, 0};
      return empty;
    }
    Diagnostics ignored;
    Builder second(name, ignored, dialect);
    if (parser.HandleNextDocument(second)) {
      diagnostics.report(second.begin(), "", "a second document begins here; a file holds one");
    }
  } catch (const YAML::Exception& error) {
    diagnostics.report(place_of(error, name), "", fmt::format("not valid YAML: {}", error.msg));
  }
  return builder.take();
}

}  // namespace

Node load_text(std::string_view text, const std::string& name, Diagnostics& diagnostics) {
  return load(text, name, diagnostics, nullptr);
}

Node load_text(std::string_view text, const std::string& name, Diagnostics& diagnostics,
               const Dialect& dialect) {
  return load(text, name, diagnostics, &dialect);
}

}  // namespace lambdasim::config
