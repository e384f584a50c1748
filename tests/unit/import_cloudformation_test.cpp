// Templates of CloudFormation and SAM, construct by construct.
#include "tests/support/imported.h"

namespace lambdasim::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A function F with more properties, each `Key: value`, and more resources.
std::string function_with(const std::vector<std::string>& properties,
                          const std::string& resources = "") {
  std::string text =
      "Resources:\n"
      "  F:\n"
      "    Type: AWS::Serverless::Function\n"
      "    Properties:\n"
      "      Runtime: python3.13\n";
  for (const std::string& property : properties) {
    text += "      " + property + "\n";
  }
  return text + resources;
}

constexpr const char* kQueue =
    "  Q:\n"
    "    Type: AWS::SQS::Queue\n"
    "    Properties: {VisibilityTimeout: 90, RedrivePolicy: {maxReceiveCount: 3}}\n";

TEST(ImportOfCloudFormation, TakesTheSettingsOfAFunctionWithTheirLines) {
  const Import made = import_text(
      function_with({"MemorySize: 1024", "Timeout: 20", "Architectures: [arm64]",
                     "EphemeralStorage: {Size: 2048}", "ReservedConcurrentExecutions: 7"}));
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(made.yaml, HasSubstr("  # Resources.F, line 2\n"
                                   "  F:\n"
                                   "    runtime: python3.13  # line 5\n"
                                   "    architecture: arm64  # line 8\n"
                                   "    memory: 1024 MB  # line 6\n"
                                   "    timeout: 20 s  # line 7\n"
                                   "    ephemeral_storage: 2048 MB  # line 9\n"
                                   "    reserved_concurrency: 7  # line 10\n"));
}

TEST(ImportOfCloudFormation, NamesTheDefaultsOfLambda) {
  const Import made = import_text(function_with({}));
  EXPECT_THAT(made.yaml,
              AllOf(HasSubstr("memory: 128 MB  # not in the template: Lambda's default\n"),
                    HasSubstr("timeout: 3 s  # not in the template: Lambda's default\n")));
}

TEST(ImportOfCloudFormation, MarksWhatATemplateCannotKnowAndListsItAboveAll) {
  const Import made = import_text(function_with({}));
  EXPECT_EQ(made.placeholders, 4U);  // region, INIT, handler, rate
  const auto lines = lines_of(made.yaml);
  EXPECT_EQ(lines[3], "#   line 11: region");
  EXPECT_THAT(lines[10], HasSubstr("region: us-east-1  # FILL IN"));
  EXPECT_EQ(lines[6], "#   line 30: workload.0.arrivals.poisson.rate");
  EXPECT_THAT(lines[29], HasSubstr("rate: 1 /s  # FILL IN"));
}

TEST(ImportOfCloudFormation, ResolvesParametersMappingsAndConditions) {
  const std::string text =
      "Parameters:\n"
      "  Stage: {Type: String, Default: dev}\n"
      "  Memory: {Type: Number}\n"
      "Mappings: {Sizes: {dev: {Timeout: 4}, prod: {Timeout: 40}}}\n"
      "Conditions:\n"
      "  IsProd: !Equals [!Ref Stage, prod]\n"
      "  IsNot: !Not [!Condition IsProd]\n"
      "  Both: !And [!Condition IsProd, !Condition IsNot]\n"
      "Resources:\n"
      "  F:\n"
      "    Type: AWS::Lambda::Function\n"
      "    Properties:\n"
      "      Runtime: !Sub 'python3.${Minor}'\n"
      "      MemorySize: !Ref Memory\n"
      "      Timeout: !FindInMap [Sizes, !Ref Stage, Timeout]\n"
      "      ReservedConcurrentExecutions: !If [IsProd, 9, !Ref AWS::NoValue]\n"
      "  G:\n"
      "    Type: AWS::Lambda::Function\n"
      "    Condition: Both\n"
      "    Properties: {Runtime: java21}\n";
  const Import dev = import_text(text);
  EXPECT_THAT(dev.yaml, AllOf(HasSubstr("timeout: 4 s  # line 15"),
                              HasSubstr("memory: 128 MB  # FILL IN (line 14): !Ref Memory is not "
                                        "known before deployment"),
                              HasSubstr("runtime: python3.13  # FILL IN: !Sub python3.${Minor}"),
                              Not(HasSubstr("reserved_concurrency")), Not(HasSubstr("java21"))));
  EXPECT_THAT(dev.no_part,
              Contains("19: Resources.G: is left out: condition 'Both' does not hold"));
  const Import prod = import_text(text, {{"Stage", "prod"}, {"Memory", "640"}});
  EXPECT_THAT(prod.yaml, AllOf(HasSubstr("timeout: 40 s"), HasSubstr("memory: 640 MB  # line 14"),
                               HasSubstr("reserved_concurrency: 9  # line 16")));
  EXPECT_THAT(import_text(text, {{"Stag", "prod"}}).errors,
              ElementsAre("0: Parameters: the template has no parameter 'Stag'"));
}

TEST(ImportOfCloudFormation, EndsConditionsThatGoInCircles) {
  const Import made = import_text(
      "Conditions: {A: !Condition B, B: {Condition: A}}\n"
      "Resources:\n"
      "  F: {Type: AWS::Lambda::Function, Condition: A, Properties: {Runtime: java21}}\n");
  EXPECT_THAT(made.missed, ElementsAre(HasSubstr("'A' is not known before deployment")));
}

TEST(ImportOfCloudFormation, LaysGlobalsUnderFunctionsButNotUnderExpressions) {
  const Import made = import_text(
      "Parameters: {M: {Type: Number}}\n"
      "Globals: {Function: {MemorySize: !If [A, 512, 256], Timeout: 30}}\n" +
      function_with({"MemorySize: !Ref M"}));
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("!Ref M is not known"), HasSubstr("timeout: 30 s")));
}

TEST(ImportOfCloudFormation, ReadsAQueueWithItsMapping) {
  const Import made = import_text(function_with(
      {"Timeout: 30", "Events:", "  E:", "    Type: SQS",
       "    Properties: {Queue: !GetAtt Q.Arn, BatchSize: 50, MaximumBatchingWindowInSeconds: 5, "
       "ScalingConfig: {MaximumConcurrency: 8}, FunctionResponseTypes: [ReportBatchItemFailures]}"},
      kQueue));
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(made.yaml, HasSubstr("      sqs:\n"
                                   "        visibility_timeout: 90 s  # line 13\n"
                                   "        maximum_receives: 3  # line 13\n"
                                   "        batch_size: 50  # line 10\n"
                                   "        batch_window: 5 s  # line 10\n"
                                   "        maximum_concurrency: 8  # line 10\n"
                                   "        report_batch_item_failures: true  # line 10\n"));
  EXPECT_THAT(made.yaml, HasSubstr("- wait: 50 ms\n        per_item: true\n"));
}

TEST(ImportOfCloudFormation, SaysWhereAwsWouldRefuseAQueue) {
  const Import made = import_text(
      function_with({"Timeout: 300",
                     "Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: 50}}}"},
                    kQueue));
  EXPECT_THAT(made.missed,
              ElementsAre(HasSubstr("a batch above 10 needs a window of at least 1 s"),
                          HasSubstr("less than the function's timeout, which AWS refuses")));
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("visibility_timeout: 300 s  # FILL IN (line 10)"),
                               HasSubstr("batch_window: 1 s  # FILL IN (line 7)")));
}

TEST(ImportOfCloudFormation, TakesTheDefaultOfAQueueAndAsksForThatOfAForeignOne) {
  const Import own =
      import_text(function_with({"Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}"},
                                "  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n"));
  EXPECT_THAT(own.yaml, AllOf(HasSubstr("visibility_timeout: 30 s  # line 7; SQS's default"),
                              HasSubstr("groups: 10  # FILL IN (line 7)")));
  const Import foreign = import_text(
      function_with({"Events: {E: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:x:1:q'}}}"}));
  EXPECT_THAT(foreign.yaml, HasSubstr("visibility_timeout: 18 s  # FILL IN: arn:aws:sqs:x:1:q is "
                                      "not in the template"));
}

TEST(ImportOfCloudFormation, ReadsStreamsOfEachKind) {
  const Import made = import_text(function_with(
      {"Events:",
       "  K: {Type: Kinesis, Properties: {Stream: !GetAtt S.Arn, StartingPosition: LATEST, "
       "ParallelizationFactor: 4, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, "
       "MaximumRecordAgeInSeconds: 600, DestinationConfig: {OnFailure: {Destination: x}}}}",
       "  D: {Type: DynamoDB, Properties: {Stream: !GetAtt T.StreamArn, BatchSize: 10, "
       "StartingPosition: LATEST}}",
       "  M: {Type: MSK, Properties: {Stream: !Ref C, Topics: [t], StartingPosition: LATEST}}"},
      "  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 6}}\n"
      "  T: {Type: AWS::DynamoDB::Table, Properties: {}}\n"));
  EXPECT_THAT(made.yaml, HasSubstr("      kinesis:\n"
                                   "        shards: 6  # as the stream has\n"
                                   "        parallelization: 4  # line 7\n"
                                   "        maximum_retries: 2  # line 7\n"
                                   "        maximum_record_age: 600 s  # line 7\n"
                                   "        bisect: true  # line 7\n"
                                   "        on_failure: destination  # line 7\n"));
  EXPECT_THAT(made.yaml, HasSubstr("      dynamodb_stream:\n"
                                   "        shards: 1  # FILL IN: how many shards T has\n"
                                   "        batch_size: 10  # line 8\n"));
  EXPECT_THAT(made.yaml, HasSubstr("      kafka:\n        partitions: 1  # FILL IN"));
}

TEST(ImportOfCloudFormation, ReadsSchedules) {
  const Import made = import_text(function_with(
      {"Events:", "  A: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}",
       "  B: {Type: ScheduleV2, Properties: {ScheduleExpression: 'cron(0 8 ? * MON-FRI *)', "
       "ScheduleExpressionTimezone: Europe/Rome}}",
       "  C: {Type: ScheduleV2, Properties: {ScheduleExpression: 'at(2026-01-01T00:00:00)'}}",
       "  D: {Type: Schedule, Properties: {Schedule: 'cron(0 8 ? * 2#1 *)'}}",
       "  E: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}"}));
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("      every:\n        interval: 5 min  # line 7\n"),
                               HasSubstr("        expression: 0 8 ? * MON-FRI *  # line 8\n"),
                               HasSubstr("interval: 1 h  # FILL IN (line 10)"),
                               Not(HasSubstr("interval: 1 d"))));
  EXPECT_THAT(made.missed,
              ElementsAre(HasSubstr("the schedule is taken as UTC, not Europe/Rome"),
                          HasSubstr("fires once and is left out"), HasSubstr("cannot be simulated"),
                          HasSubstr("is disabled and left out")));
  EXPECT_THAT(
      import_text(function_with({"Events: {A: {Type: Schedule, Properties: {Schedule: hourly}}}"}))
          .errors,
      ElementsAre(HasSubstr("'hourly' is no schedule")));
}

TEST(ImportOfCloudFormation, ReadsWhatInvokesWithoutWaiting) {
  const Import made = import_text(
      function_with({"EventInvokeConfig: {MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 120}",
                     "DeadLetterQueue: {Type: SQS, TargetArn: x}",
                     "Events:", "  A: {Type: S3, Properties: {Bucket: !Ref B, Events: x}}",
                     "  B: {Type: SNS, Properties: {Topic: x}}",
                     "  C: {Type: EventBridgeRule, Properties: {Pattern: {}}}"}));
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(made.yaml, HasSubstr("      async:\n"
                                   "        maximum_retries: 0  # line 6\n"
                                   "        maximum_age: 120 s  # line 6\n"
                                   "        on_failure: dead_letter_queue  # line 7\n"));
  EXPECT_THAT(made.yaml, HasSubstr("Events.C, line 11"));
}

TEST(ImportOfCloudFormation, FollowsVersionsAliasesAndRulesOfPlainResources) {
  const Import made = import_text(R"json({
  "Resources": {
    "F": {"Type": "AWS::Lambda::Function",
          "Properties": {"Runtime": "java21", "SnapStart": {"ApplyOn": "PublishedVersions"}}},
    "G": {"Type": "AWS::Lambda::Function",
          "Properties": {"Runtime": "nodejs18.x", "FunctionName": "gee"}},
    "V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}},
    "A": {"Type": "AWS::Lambda::Alias",
          "Properties": {"FunctionName": "gee", "Name": "live", "FunctionVersion": "1",
                         "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 4}}},
    "R": {"Type": "AWS::Events::Rule",
          "Properties": {"ScheduleExpression": "rate(2 hours)",
                         "Targets": [{"Id": "t", "Arn": {"Ref": "A"}}]}},
    "U": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Ref": "V"}}}
  }
})json");
  EXPECT_THAT(made.missed, IsEmpty());
  EXPECT_THAT(made.yaml, AllOf(HasSubstr("snap_start: true  # line 4"),
                               HasSubstr("front: function_url  # line 14"),
                               HasSubstr("      concurrency: 4  # line 10"),
                               HasSubstr("runtime: nodejs20.x  # FILL IN (line 6): no INIT of "
                                         "nodejs18.x was measured"),
                               HasSubstr("- invoke: G\n    source: async\n")));
}

TEST(ImportOfCloudFormation, ListsWhatItDoesNotReadWithItsLine) {
  const Import made = import_text(function_with(
      {"FileSystemConfigs: [{Arn: x}]", "Handler: a.b", "Events: {E: {Type: MQ, Properties: {}}}"},
      "  M: {Type: AWS::Serverless::StateMachine}\n"
      "  P: {Type: AWS::IAM::Role}\n"));
  EXPECT_THAT(made.missed,
              ElementsAre("6: Resources.F.FileSystemConfigs: is not read",
                          "8: Resources.F.Events.E: events of type 'MQ' are not read",
                          "9: Resources.M: resources of type 'AWS::Serverless::StateMachine' are "
                          "not read"));
  EXPECT_THAT(made.no_part,
              ElementsAre("7: Resources.F.Handler: has no part in the simulation",
                          "10: Resources.P: AWS::IAM::Role has no part in the simulation"));
}

TEST(ImportOfCloudFormation, SaysWhatATemplateCannotBe) {
  EXPECT_THAT(import_text(function_with({"MemorySize: 64", "Timeout: soon"})).errors,
              ElementsAre("6: Resources.F.MemorySize: must be a whole number from 128 to 10240, "
                          "got '64'",
                          "7: Resources.F.Timeout: must be a whole number from 1 to 900, got "
                          "'soon'"));
  EXPECT_THAT(
      import_text(
          function_with({"AutoPublishAlias: live", "ReservedConcurrentExecutions: 2",
                         "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}"}))
          .errors,
      ElementsAre(HasSubstr("3 provisioned contexts are more than the 2 that are reserved")));
}

TEST(ImportOfCloudFormation, ReservesWhatIsProvisionedWhereItIsNotKnown) {
  const Import made = import_text(
      function_with({"AutoPublishAlias: live", "ReservedConcurrentExecutions: !Ref R",
                     "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 30}"}));
  EXPECT_THAT(made.yaml, HasSubstr("reserved_concurrency: 30  # FILL IN (line 7)"));
}

TEST(ImportOfCloudFormation, ReadsProvisionedPollersButNotBesideACap) {
  const std::string pollers =
      "Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, ProvisionedPollerConfig: "
      "{MinimumPollers: 3, MaximumPollers: 9}";
  const Import made = import_text(function_with({pollers + "}}}"}, kQueue));
  EXPECT_THAT(made.yaml, HasSubstr("      provisioned:\n"
                                   "          minimum_pollers: 3  # line 6\n"
                                   "          maximum_pollers: 9  # line 6\n"));
  EXPECT_THAT(
      import_text(function_with({pollers + ", ScalingConfig: {MaximumConcurrency: 5}}}}"}, kQueue))
          .errors,
      ElementsAre(HasSubstr("AWS refuses a MaximumConcurrency beside")));
}

TEST(ImportOfCloudFormation, AsksForALargerAccountWhereTheUsualOneIsTooSmall) {
  const Import made = import_text(function_with({"ReservedConcurrentExecutions: 950"}));
  EXPECT_THAT(made.yaml, HasSubstr("account:\n  concurrency: 1050  # FILL IN"));
}

}  // namespace
}  // namespace lambdasim::test
