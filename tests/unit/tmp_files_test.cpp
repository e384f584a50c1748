// /tmp and the network of a context, by themselves and in handlers.
#include <gtest/gtest.h>

#include "sim/engine/tmp_files.h"
#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;

constexpr std::int64_t kMb = 1 << 20;

Storage storage_of(std::int64_t mb, WhenFull when_full = WhenFull::kError) {
  Storage storage;
  storage.bytes = mb * kMb;
  storage.read_bytes_per_s = 200.0 * kMb;
  storage.write_bytes_per_s = 1000.0 * kMb;
  storage.when_full = when_full;
  storage.network = {100.0 * kMb, 1000.0 * kMb, 150 * kMb, 150 * kMb};
  return storage;
}

TEST(TheNetwork, IsFastForABurstAndSteadyAfterIt) {
  const Storage storage = storage_of(512);
  TmpFiles tmp;
  tmp.reset(storage);
  // 300 MB at 1,000 MB/s, the other 100 MB at 100 MB/s.
  EXPECT_EQ(tmp.transfer(storage.network, 400 * kMb, at(0s)), 1300ms);
  // Without a pause there is nothing left of the burst; after one, half of it.
  EXPECT_EQ(tmp.transfer(storage.network, 10 * kMb, at(1300ms)), 100ms);
  EXPECT_EQ(tmp.transfer(storage.network, 200 * kMb, at(2s)), 150ms + 500ms);
}

TEST(TmpOfAContext, IsFullOrMakesRoom) {
  TmpFiles tmp;
  Storage storage = storage_of(512);
  tmp.reset(storage);
  EXPECT_EQ(tmp.make_room(storage, 300 * kMb), 0);
  tmp.put(0, 0, 300 * kMb, at(1s));
  EXPECT_EQ(tmp.make_room(storage, 300 * kMb), -1);
  EXPECT_EQ(tmp.make_room(storage, 212 * kMb), 0);
  tmp.put(0, 1, 200 * kMb, at(2s));
  storage.when_full = WhenFull::kLeastRecentlyUsed;
  EXPECT_TRUE(tmp.find(0, 0, at(3s)));
  EXPECT_EQ(tmp.make_room(storage, 100 * kMb), 1);  // the second, which was not used since
  EXPECT_FALSE(tmp.find(0, 1, at(4s)));
  EXPECT_TRUE(tmp.find(0, 0, at(4s)));
  tmp.write(212 * kMb);
  EXPECT_EQ(tmp.make_room(storage, 513 * kMb), -1);
}

Step fetch_step(std::uint32_t file = 0) {
  Step step;
  step.kind = StepKind::kFetch;
  step.file = core::FileId{file};
  step.purpose = 97;
  return step;
}

Step bytes_step(StepKind kind, std::int64_t mb) {
  Step step;
  step.kind = kind;
  step.bytes = mb * kMb;
  return step;
}

FunctionSetup function_with(Storage storage, Program handler) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.timeout = 60s;
  function.storage = std::move(storage);
  function.handler = std::move(handler);
  return function;
}

File file_of(std::int64_t mb, std::vector<double> shares = {1.0}) {
  return {"model", mb * kMb, constant(50ms), std::move(shares), 98};
}

TEST(AFile, IsFetchedOnceAContextAndReadEveryTime) {
  Storage storage = storage_of(1024);
  storage.files = {file_of(800)};
  const auto r = run(setup_of(
      {function_with(storage, {fetch_step(), bytes_step(StepKind::kRead, 800)})}, {{0s}, {30s}}));
  // 50 ms, 300 MB at 1,000 and 500 MB at 100 MB/s; 800 MB from /tmp at 200 MB/s.
  EXPECT_EQ(r.rows.invocations.at(0).duration, 50ms + 300ms + 5s + 4s);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 4s);
  const StorageTotals& totals = r.result.storage.at(0);
  EXPECT_EQ(totals.misses, 1U);
  EXPECT_EQ(totals.hits, 1U);
  EXPECT_EQ(totals.fetched_bytes, 800U * kMb);
  EXPECT_EQ(totals.peak_bytes, 800 * kMb);
}

TEST(AFile, ThatTheDiskTakesMoreSlowlyThanTheNetworkGivesItTakesAsLong) {
  Storage storage = storage_of(512);
  storage.write_bytes_per_s = 50.0 * kMb;
  storage.files = {file_of(100)};
  const auto r = run(setup_of({function_with(storage, {fetch_step()})}, {{0s}}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 50ms + 2s);
}

TEST(Tmp, SurvivesATimeoutAndIsEmptyInANewContext) {
  Storage storage = storage_of(512);
  storage.files = {file_of(100)};
  FunctionSetup function = function_with(storage, {fetch_step(), wait_step(900ms)});
  function.timeout = 1s;  // 50 ms + 100 ms + 900 ms: the first call does not get so far
  function.keep_alive = std::make_shared<FixedLimit>(60s);
  const auto r = run(setup_of({function}, {{0s}, {10s}, {10min}}));
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 900ms);
  EXPECT_EQ(r.rows.invocations.at(2).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.result.storage.at(0).misses, 2U);
}

TEST(AFile, WhoseFetchIsCutShortIsNotThere) {
  Storage storage = storage_of(512);
  storage.files = {file_of(400)};  // 50 ms + 300 ms + 1 s
  FunctionSetup function = function_with(storage, {fetch_step()});
  function.timeout = 1s;
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.result.storage.at(0).misses, 2U);
}

TEST(Tmp, ThatIsFullFailsTheHandler) {
  Storage storage = storage_of(512);
  const auto r = run(
      setup_of({function_with(storage, {bytes_step(StepKind::kKeep, 200)})}, {{0s}, {1s}, {2s}}));
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kOk);
  EXPECT_EQ(r.rows.invocations.at(2).outcome, Outcome::kError);
  EXPECT_EQ(r.result.storage.at(0).full, 1U);
  EXPECT_EQ(r.result.storage.at(0).peak_bytes, 400 * kMb);
}

TEST(Tmp, IsCleanedOfWhatAnInvocationWrote) {
  Storage storage = storage_of(512);
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back({i * 1s});
  }
  const auto r =
      run(setup_of({function_with(storage, {bytes_step(StepKind::kWrite, 300)})}, calls));
  EXPECT_EQ(r.result.storage.at(0).full, 0U);
  EXPECT_EQ(r.rows.invocations.at(49).duration, 300ms);
  EXPECT_EQ(r.result.storage.at(0).peak_bytes, 300 * kMb);
}

TEST(FilesOfSeveralVariants, AreFoundAsOftenAsTheirPopularitySays) {
  Storage storage = storage_of(512, WhenFull::kLeastRecentlyUsed);
  storage.files = {file_of(400, {0.8, 1.0})};  // one of two fits
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 4000; ++i) {
    calls.push_back({i * 10s});
  }
  const auto r = run(setup_of({function_with(storage, {fetch_step()})}, calls, 12h));
  const StorageTotals& totals = r.result.storage.at(0);
  EXPECT_EQ(totals.hits + totals.misses, 4000U);
  EXPECT_EQ(totals.evicted, totals.misses - 1);
  // The same as the one before: 0.8 x 0.8 + 0.2 x 0.2.
  EXPECT_NEAR(static_cast<double>(totals.hits) / 4000, 0.68, 4 * std::sqrt(0.68 * 0.32 / 4000));
  EXPECT_EQ(totals.peak_bytes, 400 * kMb);
}

}  // namespace
}  // namespace lambdasim::engine
