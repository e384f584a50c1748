// Keyed random numbers: equidistributed, and without memory of their key.
#include "sim/core/random.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

namespace lambdasim::core {
namespace {

constexpr std::size_t kKeys = 1'000'000;
constexpr double kSixSigma = 6.0;  // 2e-9 two-sided

double unit(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

double chi_square(const std::vector<std::uint64_t>& counts) {
  double total = 0.0;
  for (const std::uint64_t count : counts) {
    total += static_cast<double>(count);
  }
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const std::uint64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    sum += off * off / expected;
  }
  return sum;
}

// Wilson and Hilferty: a standard normal for many cells.
double normal_of_chi_square(double value, double degrees) {
  const double ninth = 2.0 / (9.0 * degrees);
  return (std::cbrt(value / degrees) - (1.0 - ninth)) / std::sqrt(ninth);
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double product = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    product += (x[i] - 0.5) * (y[i] - 0.5);
  }
  return product / n * 12.0 * std::sqrt(n);  // standard normal when independent
}

std::vector<double> first_numbers(const RandomStream& stream, std::uint32_t purpose,
                                  std::uint64_t first = 0) {
  std::vector<double> numbers(kKeys);
  for (std::size_t i = 0; i < kKeys; ++i) {
    numbers[i] = unit(stream.invocation(first + i).engine(purpose)());
  }
  return numbers;
}

TEST(KeyedRandom, NumbersOfNeighbouringInvocationsAreEquidistributed) {
  const RandomStream stream{1, 0, hash_name("get_user")};
  std::vector<std::uint64_t> counts(1024);
  for (const double number : first_numbers(stream, 1)) {
    ++counts[static_cast<std::size_t>(number * 1024.0)];
  }
  EXPECT_LT(std::abs(normal_of_chi_square(chi_square(counts), 1023.0)), kSixSigma);
}

TEST(KeyedRandom, PairsOfNeighbouringInvocationsFillTheSquareEvenly) {
  const RandomStream stream{1, 0, hash_name("get_user")};
  const std::vector<double> numbers = first_numbers(stream, 64);
  std::vector<std::uint64_t> counts(32 * 32);
  for (std::size_t i = 0; i + 1 < kKeys; i += 2) {
    ++counts[static_cast<std::size_t>(numbers[i] * 32.0) * 32 +
             static_cast<std::size_t>(numbers[i + 1] * 32.0)];
  }
  EXPECT_LT(std::abs(normal_of_chi_square(chi_square(counts), 1023.0)), kSixSigma);
}

TEST(KeyedRandom, NeighbouringPurposesAreUncorrelated) {
  const RandomStream stream{7, 3, hash_name("resize")};
  for (std::uint32_t purpose = 1; purpose < 8; ++purpose) {
    EXPECT_LT(
        std::abs(correlation(first_numbers(stream, purpose), first_numbers(stream, purpose + 1))),
        kSixSigma)
        << purpose;
  }
}

TEST(KeyedRandom, NeighbouringInvocationsSeedsReplicationsAndStreamsAreUncorrelated) {
  const RandomStream stream{5, 0, hash_name("a")};
  const std::vector<double> numbers = first_numbers(stream, 2);
  const std::vector<RandomStream> neighbours = {RandomStream{6, 0, hash_name("a")},
                                                RandomStream{5, 1, hash_name("a")},
                                                RandomStream{5, 0, hash_name("b")}};
  EXPECT_LT(std::abs(correlation(numbers, first_numbers(stream, 2, 1))), kSixSigma);
  for (const RandomStream& neighbour : neighbours) {
    EXPECT_LT(std::abs(correlation(numbers, first_numbers(neighbour, 2))), kSixSigma);
  }
}

TEST(KeyedRandom, SuccessiveNumbersOfOneKeyAreUncorrelated) {
  const RandomStream stream{5, 0, hash_name("a")};
  std::vector<double> first(kKeys);
  std::vector<double> second(kKeys);
  for (std::size_t i = 0; i < kKeys; ++i) {
    auto engine = stream.invocation(i).engine(Purpose::kSandbox);
    first[i] = unit(engine());
    second[i] = unit(engine());
  }
  EXPECT_LT(std::abs(correlation(first, second)), kSixSigma);
}

TEST(KeyedRandom, EveryBitIsSetHalfOfTheTime) {
  const RandomStream stream{9, 0, hash_name("bits")};
  std::vector<std::uint64_t> set(64);
  for (std::size_t i = 0; i < kKeys; ++i) {
    const std::uint64_t bits = stream.invocation(i).engine(1)();
    for (std::size_t b = 0; b < 64; ++b) {
      set[b] += (bits >> b) & 1U;
    }
  }
  const auto n = static_cast<double>(kKeys);
  for (const std::uint64_t count : set) {
    EXPECT_LT(std::abs(static_cast<double>(count) - n / 2.0) / std::sqrt(n / 4.0), kSixSigma);
  }
}

TEST(KeyedRandom, OneBitOfTheInvocationNumberFlipsHalfOfTheBitsDrawn) {
  const RandomStream stream{2, 0, hash_name("avalanche")};
  constexpr std::size_t kTrials = 100'000;
  double flipped = 0.0;
  for (std::size_t i = 0; i < kTrials; ++i) {
    const std::uint64_t a = stream.invocation(i).engine(1)();
    const std::uint64_t b = stream.invocation(i ^ (std::uint64_t{1} << (i % 20))).engine(1)();
    flipped += static_cast<double>(std::popcount(a ^ b));
  }
  const auto trials = static_cast<double>(kTrials);
  EXPECT_LT(std::abs(flipped / trials - 32.0) / std::sqrt(16.0 / trials), kSixSigma * 1.5);
}

TEST(KeyedRandom, KeysOfAMillionInvocationsAreAllDifferent) {
  const RandomStream stream{1, 0, hash_name("get_user")};
  std::set<std::uint64_t> keys;
  for (std::size_t i = 0; i < kKeys; ++i) {
    keys.insert(stream.invocation(i).key());
  }
  EXPECT_EQ(keys.size(), kKeys);
}

TEST(KeyedRandom, NumbersAreTheSameOnEveryMachine) {
  EXPECT_EQ(mix64(1), 0x5692161d100b05e5ULL);
  auto engine = KeyedEngine{1234567};
  EXPECT_EQ(engine(), 6457827717110365317ULL);  // splitmix64 reference, seed 1234567
  EXPECT_EQ(engine(), 3203168211198807973ULL);
  EXPECT_EQ(engine(), 9817491932198370423ULL);
}

}  // namespace
}  // namespace lambdasim::core
