// Resources of CloudFormation, those of SAM among them, read into functions and sources.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/import/findings.h"
#include "sim/import/intrinsics.h"
#include "sim/import/mappings.h"
#include "sim/import/properties.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

class ResourceReader {
 public:
  /// @param globals what holds for all functions of SAM; null where there is none
  ResourceReader(Stack& stack, Findings& findings, const Intrinsics& intrinsics,
                 const config::Node* globals)
      : stack_(stack), findings_(findings), intrinsics_(intrinsics), globals_(globals) {}

  /// Reads a mapping of resources by id; `path` is where it stands.
  void read(const config::Node& resources, const std::string& path);

  /// What an expression names: a stream, queue or table of the template, or an ARN.
  Origin origin_of(const config::Node* node, const std::string& otherwise) const;
  /// The function that an expression names; null if there is none.
  Function* function_in(const config::Node* node) const;

 private:
  struct Resource {
    std::string id;
    std::string type;
    config::Location where;
    std::string path;
    config::Node properties;
    config::Node metadata;
  };
  using Reader = void (ResourceReader::*)(const Resource&, Properties&);
  struct Kind {
    int pass;  ///< functions and what they read from come before what refers to them
    Reader reader;
  };

  static const std::map<std::string, Kind, std::less<>>& kinds();
  bool is_made(const config::Node& resource, const std::string& path);
  void read_one(const Resource& resource);

  void read_sam_function(const Resource& resource, Properties& properties);
  void read_function(const Resource& resource, Properties& properties);
  void read_queue(const Resource& resource, Properties& properties);
  void read_stream(const Resource& resource, Properties& properties);
  void read_table(const Resource& resource, Properties& properties);
  void read_cluster(const Resource& resource, Properties& properties);
  void read_published(const Resource& resource, Properties& properties,
                      const std::set<std::string>& without_part);
  void read_version(const Resource& resource, Properties& properties);
  void read_alias(const Resource& resource, Properties& properties);
  void read_invoke_config(const Resource& resource, Properties& properties);
  void read_sam_events(const Resource& resource, Properties& properties);
  void read_url(const Resource& resource, Properties& properties);
  void read_mapping(const Resource& resource, Properties& properties);
  void read_rule(const Resource& resource, Properties& properties);
  void read_schedule(const Resource& resource, Properties& properties);
  void read_subscription(const Resource& resource, Properties& properties);
  void read_bucket(const Resource& resource, Properties& properties);
  void read_integration(const Resource& resource, Properties& properties);
  void add_function(const Resource& resource, Properties& properties);
  /// Reports a resource that is about no function of the template.
  void miss(const Resource& resource, const std::string& why);

  Stack& stack_;
  Findings& findings_;
  const Intrinsics& intrinsics_;
  const config::Node* globals_;
  std::map<std::string, std::string> origins_;  // kind of source, by id
  std::map<std::string, config::Node> events_;  // of SAM functions, by id
};

/// Reads one entry of the `Events` of a SAM function.
void read_sam_event(const std::string& name, const config::Node& event, Function& function,
                    const ResourceReader& reader, Stack& stack, Findings& findings);

}  // namespace lambdasim::import
