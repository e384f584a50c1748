// How the number of pollers of an SQS mapping rises and falls.
#include "models/source/sqs_pollers.h"

#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::models {
namespace {

using namespace lambdasim::test;

SqsScaling scaling() {
  SqsScaling scaling;
  scaling.maximum = 10;
  scaling.growth_interval = 200ms;
  scaling.down_after = 60s;
  scaling.step_down = 2;
  return scaling;
}

/// With eight batches in hand, and eight pollers for them.
SqsPollers grown() {
  SqsPollers pollers(scaling(), at(0s));
  for (int i = 0; i < 5; ++i) {
    pollers.take();
  }
  EXPECT_EQ(pollers.saturated(at(10s)), at(10200ms));
  pollers.settle(at(10600ms));
  EXPECT_EQ(pollers.pollers(), 8U);
  for (int i = 0; i < 3; ++i) {
    pollers.take();
  }
  return pollers;
}

TEST(SqsPollers, GrowAsLongAsMessagesWait) {
  SqsPollers pollers = grown();
  EXPECT_EQ(pollers.saturated(at(10600ms)), at(10800ms));
  pollers.settle(at(1min));
  EXPECT_EQ(pollers.pollers(), 10U);
  EXPECT_EQ(pollers.saturated(at(1min)), core::kNever);
}

TEST(SqsPollers, FallToWhatASpanWithoutABacklogNeeded) {
  SqsPollers pollers = grown();
  pollers.relaxed(at(20s));
  pollers.release();
  pollers.settle(at(79s));
  EXPECT_EQ(pollers.pollers(), 8U);
  pollers.settle(at(80s));  // eight were in hand at its beginning
  EXPECT_EQ(pollers.pollers(), 8U);
  pollers.settle(at(140s));
  EXPECT_EQ(pollers.pollers(), 7U);
  for (int i = 0; i < 7; ++i) {
    pollers.release();
  }
  pollers.settle(at(1h));
  EXPECT_EQ(pollers.pollers(), 5U);
}

TEST(SqsPollers, StepDownAfterFailuresButNotBelowTheMinimum) {
  SqsPollers pollers = grown();
  pollers.back_off(at(10700ms));
  EXPECT_EQ(pollers.pollers(), 6U);
  EXPECT_FALSE(pollers.may_take(at(10700ms)));
  EXPECT_EQ(pollers.saturated(at(10700ms)), at(10900ms));
  pollers.back_off(at(10800ms));
  EXPECT_EQ(pollers.pollers(), 5U);
}

TEST(SqsPollers, AreCountedOverTheMeasuredTimeAtTheMomentsAtWhichTheyChange) {
  SqsPollers pollers(scaling(), at(10s));
  for (int i = 0; i < 5; ++i) {
    pollers.take();
  }
  pollers.saturated(at(19800ms));
  pollers.settle(at(20s));  // 6 pollers
  pollers.take();
  pollers.relaxed(at(20s));
  for (int i = 0; i < 6; ++i) {
    pollers.release();
  }
  // 5 until 20 s, 6 until 140 s: six were in hand as the span to 80 s began; then 5.
  EXPECT_EQ(pollers.poller_seconds(at(150s)), 50U + 720U + 50U);
}

TEST(SqsPollers, OfWhichEachPollsAtItsRateTogetherPollAtTheSum) {
  SqsScaling provisioned = scaling();
  provisioned.minimum = 2;
  provisioned.batches_per_poller = 10;
  provisioned.poll_interval = 100ms;
  provisioned.transfer_time = 1ms;
  SqsPollers pollers(provisioned, at(0s));
  ASSERT_TRUE(pollers.may_take(at(1s)));
  pollers.polled(10, at(1s));  // one poll
  EXPECT_FALSE(pollers.may_take(at(1049ms)));
  EXPECT_EQ(pollers.saturated(at(1049ms)), at(1050ms));
  ASSERT_TRUE(pollers.may_take(at(1050ms)));
  pollers.polled(1000, at(1050ms));  // 100 polls: 10 s of one poller; 1 s of transfer
  EXPECT_FALSE(pollers.may_take(at(6049ms)));
  EXPECT_TRUE(pollers.may_take(at(6050ms)));
}

}  // namespace
}  // namespace lambdasim::models
