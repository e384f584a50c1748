// Plans of Terraform: what refers to what, through modules, and what each resource becomes.
#include <nlohmann/json.hpp>

#include "tests/support/imported.h"

namespace lambdasim::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json resource(const std::string& address, const std::string& type, json values) {
  const std::size_t name = address.rfind(type) + type.size() + 1;
  return {{"address", address},
          {"mode", "managed"},
          {"type", type},
          {"name", address.substr(name, address.find('[', name) - name)},
          {"values", std::move(values)}};
}

json function(const std::string& address, json values = {}) {
  json all{{"runtime", "python3.13"}, {"memory_size", 256}, {"timeout", 10}};
  all.update(values.is_null() ? json::object() : values);
  return resource(address, "aws_lambda_function", all);
}

json refers(std::initializer_list<const char*> references) {
  json list = json::array();
  for (const char* reference : references) {
    list.push_back(reference);
  }
  return {{"references", list}};
}

json configured(const std::string& type, const std::string& name, json expressions) {
  return {{"type", type}, {"name", name}, {"expressions", std::move(expressions)}};
}

std::string plan(const json& resources, const json& configuration = json::object(),
                 const json& modules = json::array()) {
  return json{
      {"format_version", "1.2"},
      {"planned_values", {{"root_module", {{"resources", resources}, {"child_modules", modules}}}}},
      {"configuration", {{"root_module", configuration}}}}
      .dump(1);
}

TEST(ImportOfTerraform, TakesTheSettingsOfAFunction) {
  const Import made =
      import_text(plan(json::array({function("aws_lambda_function.f", json::parse(R"({
        "architectures": ["arm64"], "ephemeral_storage": [{"size": 3000}],
        "reserved_concurrent_executions": -1, "publish": true,
        "snap_start": [{"apply_on": "PublishedVersions"}],
        "environment": [], "kms_key_arn": "", "description": null})"))})));
  EXPECT_THAT(made.errors, testing::IsEmpty());
  EXPECT_THAT(made.yaml,
              AllOf(HasSubstr("memory: 256 MB"), HasSubstr("architecture: arm64"),
                    HasSubstr("ephemeral_storage: 3000 MB"), testing::Not(HasSubstr("reserved"))));
  EXPECT_THAT(made.missed, ElementsAre(HasSubstr("SnapStart excludes ephemeral_storage above")));
}

TEST(ImportOfTerraform, FollowsReferencesThroughVariablesAndOutputsOfModules) {
  const json configuration{
      {"resources", json::array()},
      {"module_calls",
       {{"store",
         {{"module",
           {{"outputs", {{"queue", {{"expression", refers({"aws_sqs_queue.q.arn"})}}}}}}}}},
        {"jobs",
         {{"expressions", {{"from", refers({"module.store.queue", "module.store"})}}},
          {"module",
           {{"resources",
             {configured("aws_lambda_event_source_mapping", "m",
                         {{"event_source_arn", refers({"var.from"})},
                          {"function_name", refers({"aws_lambda_function.f.arn",
                                                    "aws_lambda_function.f"})}})}}}}}}}}};
  const json modules{{{"address", "module.store"},
                      {"resources",
                       {resource("module.store.aws_sqs_queue.q", "aws_sqs_queue",
                                 {{"visibility_timeout_seconds", 61}})}}},
                     {{"address", "module.jobs[\"a.b\"]"},
                      {"resources",
                       {function("module.jobs[\"a.b\"].aws_lambda_function.f"),
                        resource("module.jobs[\"a.b\"].aws_lambda_event_source_mapping.m",
                                 "aws_lambda_event_source_mapping", {{"batch_size", 3}})}}}};
  const Import made = import_text(plan(json::array(), configuration, modules));
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("sqs:\n        visibility_timeout: 61 s"),
                               HasSubstr("batch_size: 3")));
}

TEST(ImportOfTerraform, KeepsInstancesApart) {
  const json configuration{
      {"resources",
       {configured("aws_lambda_provisioned_concurrency_config", "p",
                   {{"function_name", refers({"aws_lambda_function.f", "each.key"})}})}}};
  const Import made = import_text(
      plan({function("aws_lambda_function.f[\"a\"]"), function("aws_lambda_function.f[\"b\"]"),
            resource("aws_lambda_provisioned_concurrency_config.p[\"b\"]",
                     "aws_lambda_provisioned_concurrency_config",
                     {{"provisioned_concurrent_executions", 6}, {"qualifier", "1"}})},
           configuration));
  EXPECT_THAT(made.missed, IsEmpty());
  const std::size_t second = made.yaml.find("\n  f_2:\n");
  ASSERT_NE(second, std::string::npos);
  EXPECT_GT(made.yaml.find("concurrency: 6"), second);
}

TEST(ImportOfTerraform, ReadsRulesTargetsAndKnownArns) {
  const Import made = import_text(
      plan({function("aws_lambda_function.f", {{"arn", "arn:f"}, {"function_name", "eff"}}),
            resource("aws_cloudwatch_event_rule.r", "aws_cloudwatch_event_rule",
                     {{"name", "r"}, {"schedule_expression", "rate(3 hours)"}}),
            resource("aws_cloudwatch_event_target.t", "aws_cloudwatch_event_target",
                     {{"rule", "r"}, {"arn", "arn:f"}}),
            resource("aws_lambda_function_event_invoke_config.c",
                     "aws_lambda_function_event_invoke_config",
                     {{"function_name", "eff"}, {"maximum_retry_attempts", 1}}),
            resource("aws_glue_job.g", "aws_glue_job", json::object())}));
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("interval: 3 h"), HasSubstr("maximum_retries: 1")));
  EXPECT_THAT(made.missed, ElementsAre(HasSubstr("resources of type 'aws_glue_job' are not read")));
}

TEST(ImportOfTerraform, SaysWhatLeadsToNoFunction) {
  const Import made = import_text(
      plan({function("aws_lambda_function.f"),
            resource("aws_lambda_event_source_mapping.m", "aws_lambda_event_source_mapping",
                     {{"function_name", "other"}})}));
  EXPECT_THAT(made.missed,
              ElementsAre(HasSubstr("its function_name names no function of the plan")));
}

}  // namespace
}  // namespace lambdasim::test
