#include "sim/engine/event_queue.h"

#include <gtest/gtest.h>

#include <queue>
#include <vector>

#include "sim/core/random.h"

namespace lambdasim::engine {
namespace {

using core::Duration;
using core::SimTime;

struct Expected {
  std::int64_t time;
  int kind;
  std::uint64_t sequence;
  std::uint32_t slot;
  auto operator<=>(const Expected&) const = default;
};

using Reference = std::priority_queue<Expected, std::vector<Expected>, std::greater<>>;

/// Holds `size` events, `steps` times taking the next and scheduling another `increment()` later,
/// and compares each with a plain priority queue.
template <class Increment>
void expect_total_order(std::size_t size, int steps, Increment increment) {
  EventQueue queue;
  Reference reference;
  std::uint64_t sequence = 0;
  const auto schedule = [&](std::int64_t now) {
    const std::int64_t time = now + increment(sequence);
    const auto kind = static_cast<EventKind>(sequence % 2);
    const auto slot = static_cast<std::uint32_t>(sequence * 7 % 1000);
    queue.push(SimTime{Duration{time}}, kind, slot);
    reference.push({time, static_cast<int>(kind), sequence++, slot});
  };
  for (std::size_t i = 0; i < size; ++i) {
    schedule(0);
  }
  for (int i = 0; i < steps; ++i) {
    const Event event = queue.pop();
    const Expected expected = reference.top();
    reference.pop();
    ASSERT_EQ(core::nanoseconds_of(event.time()), expected.time);
    ASSERT_EQ(static_cast<int>(event.kind()), expected.kind);
    ASSERT_EQ(event.slot(), expected.slot);
    schedule(expected.time);
  }
  while (!queue.empty()) {
    ASSERT_EQ(core::nanoseconds_of(queue.pop().time()), reference.top().time);
    reference.pop();
  }
  EXPECT_TRUE(reference.empty());
}

std::int64_t random_up_to(std::uint64_t n, std::int64_t most) {
  return static_cast<std::int64_t>(core::mix64(n + 1) % static_cast<std::uint64_t>(most));
}

TEST(EventQueue, KeepsTheTotalOrderForEvenIncrements) {
  for (const std::size_t size : {1U, 7U, 1000U, 20000U}) {
    expect_total_order(size, 100'000, [](std::uint64_t n) { return random_up_to(n, 20'000'000); });
  }
}

TEST(EventQueue, KeepsTheTotalOrderWhenManyEventsShareATime) {
  expect_total_order(3000, 60'000, [](std::uint64_t n) { return random_up_to(n, 3) * 1'000'000; });
}

TEST(EventQueue, KeepsTheTotalOrderAcrossTenOrdersOfMagnitude) {
  expect_total_order(500, 100'000, [](std::uint64_t n) {
    std::int64_t most = 10;
    for (std::uint64_t i = 0; i < n % 11; ++i) {
      most *= 10;
    }
    return random_up_to(n, most);
  });
}

TEST(EventQueue, KeepsTheTotalOrderWhenTheTrafficChangesItsScale) {
  expect_total_order(2000, 200'000, [](std::uint64_t n) {
    return random_up_to(n, n < 60'000 ? 1'000 : n < 120'000 ? 10'000'000'000 : 50'000);
  });
}

TEST(EventQueue, TakesAFreedContextBeforeAReadyOneAtTheSameTime) {
  EventQueue queue;
  queue.push(SimTime{Duration{5}}, EventKind::kReady, 1);
  queue.push(SimTime{Duration{5}}, EventKind::kReusable, 2);
  EXPECT_EQ(queue.pop().slot(), 2U);
  EXPECT_EQ(queue.pop().slot(), 1U);
}

TEST(EventQueue, IsEmptyWhenAllIsTaken) {
  EventQueue queue;
  EXPECT_TRUE(queue.empty());
  queue.push(SimTime{Duration{5}}, EventKind::kReady, 1);
  EXPECT_EQ(queue.size(), 1U);
  queue.pop();
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.top() < Event::last());
}

}  // namespace
}  // namespace lambdasim::engine
