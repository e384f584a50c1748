// Files of the Serverless Framework, construct by construct.
#include "tests/support/imported.h"

namespace lambdasim::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kHead =
    "service: s\n"
    "provider: {name: aws, runtime: python3.13, stage: \"${opt:stage, 'dev'}\"}\n";

TEST(ImportOfServerless, TakesItsOwnDefaultsAndThoseOfTheProvider) {
  const Import made = import_text(
      "service: s\n"
      "provider: {name: aws, runtime: nodejs22.x, architecture: arm64, region: eu-west-1}\n"
      "functions: {a: {handler: x}, b: {handler: y, memorySize: 256, timeout: 9}}\n");
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(
      made.yaml,
      AllOf(HasSubstr("memory: 1024 MB  # not in the template: the Serverless Framework's "
                      "default"),
            HasSubstr("timeout: 6 s  # not in the template"), HasSubstr("memory: 256 MB  # line 3"),
            HasSubstr("architecture: arm64  # line 2"),
            HasSubstr("region: us-east-1  # FILL IN (line 2): the template is for eu-west-1")));
}

TEST(ImportOfServerless, ResolvesVariablesThatTheFileHolds) {
  const std::string text = std::string(kHead) +
                           "custom:\n"
                           "  memory: {dev: 512, prod: 2048}\n"
                           "  circle: ${self:custom.circle}\n"
                           "functions:\n"
                           "  a:\n"
                           "    memorySize: ${self:custom.memory.${self:provider.stage}}\n"
                           "    timeout: ${self:custom.nothing, 12}\n"
                           "    ephemeralStorageSize: ${self:custom.circle}\n"
                           "    reservedConcurrency: ${opt:limit, ${ssm:x}}\n";
  const Import dev = import_text(text);
  EXPECT_THAT(dev.yaml, AllOf(HasSubstr("memory: 512 MB  # line 8"), HasSubstr("timeout: 12 s"),
                              HasSubstr("reserved_concurrency: 10  # FILL IN (line 11): "
                                        "${opt:limit, ${ssm:x}} is not known"),
                              HasSubstr("ephemeral_storage: 512 MB  # FILL IN (line 10)")));
  EXPECT_THAT(import_text(text, {{"stage", "prod"}}).yaml, HasSubstr("memory: 2048 MB"));
  EXPECT_THAT(import_text(text, {{"limit", "5"}}).yaml, HasSubstr("reserved_concurrency: 5  #"));
}

TEST(ImportOfServerless, EndsVariablesThatMultiply) {
  std::string text = std::string(kHead) + "custom:\n";
  for (int i = 0; i < 25; ++i) {
    const std::string next = "${self:custom.v" + std::to_string(i + 1) + "}";
    text += "  v" + std::to_string(i) + ": " + next + next + "\n";
  }
  text += "  v25: x\nfunctions: {a: {handler: x}}\n";
  EXPECT_THAT(import_text(text).errors, IsEmpty());
}

TEST(ImportOfServerless, MergesKeysOfAnchors) {
  const Import made = import_text(std::string(kHead) +
                                  "custom: {base: &base {timeout: 30, memorySize: 512}}\n"
                                  "functions: {a: {<<: *base, memorySize: 1024}}\n");
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("memory: 1024 MB"), HasSubstr("timeout: 30 s")));
}

TEST(ImportOfServerless, ReadsEvents) {
  const Import made = import_text(
      std::string(kHead) +
      "functions:\n"
      "  a:\n"
      "    events:\n"
      "      - http: GET /a\n"
      "      - sqs: arn:aws:sqs:eu-west-1:1:jobs\n"
      "      - sqs: {arn: !GetAtt Q.Arn, batchSize: 4, maximumConcurrency: 6}\n"
      "      - stream: {type: dynamodb, arn: x, batchWindow: 2, parallelizationFactor: 3}\n"
      "      - schedule: {rate: [rate(1 minute), 'cron(0 1 * * ? *)']}\n"
      "      - schedule: {rate: rate(9 days), enabled: false}\n"
      "      - s3: uploads\n"
      "      - sns: {topicName: t}\n"
      "      - eventBridge: {schedule: rate(7 hours)}\n"
      "      - rabbitmq: {arn: x}\n"
      "  b:\n"
      "    url: true\n"
      "    provisionedConcurrency: 3\n"
      "    maximumRetryAttempts: 1\n"
      "resources: {Resources: {Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: "
      "77}}}}\n");
  EXPECT_THAT(made.missed,
              ElementsAre(HasSubstr("functions.a.events.5.schedule: is disabled and left out"),
                          HasSubstr("events of type 'rabbitmq' are not read")));
  EXPECT_THAT(
      made.yaml,
      AllOf(HasSubstr("front: api_gateway_rest  # line 6"),
            HasSubstr("visibility_timeout: 77 s  # line 20\n        batch_size: 4  # line 8\n"
                      "        maximum_concurrency: 6  # line 8\n"),
            HasSubstr("visibility_timeout: 36 s  # FILL IN: arn:aws:sqs:eu-west-1:1:jobs"),
            HasSubstr("dynamodb_stream:\n        shards: 1  # FILL IN"),
            HasSubstr("batch_window: 2 s  # line 9\n        parallelization: 3"),
            HasSubstr("interval: 1 min  # line 10"), HasSubstr("interval: 7 h"),
            HasSubstr("expression: 0 1 * * ? *"), Not(HasSubstr("9 d"))));
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("front: function_url"), HasSubstr("concurrency: 3")));
}

}  // namespace
}  // namespace lambdasim::test
