// The shipped init durations against medians published for one day of the same source.
#include "models/lifecycle/runtimes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace lambdasim::models {
namespace {

constexpr std::array<std::array<const char*, 2>, 4> kKinds{
    {{"x86_64", "zip"}, {"arm64", "zip"}, {"x86_64", "image"}, {"arm64", "image"}}};

struct Published {
  const char* runtime;
  std::array<double, 4> median_ms;  // of ten cold starts, as in kKinds
};

// maxday/lambda-perf, data/2026-08-22.json, 512 MB.
const std::vector<Published> kPublished = {
    {"rust", {15, 14, 32, 29}},           {"go", {50, 44, 46, 41}},
    {"dotnet10-aot", {72, 61, 60, 46}},   {"llrt", {66, 63, 65, 54}},
    {"python3.12", {82, 83, 167, 150}},   {"python3.13", {85, 80, 148, 138}},
    {"python3.14", {101, 99, 154, 154}},  {"nodejs22.x", {138, 130, 305, 241}},
    {"nodejs24.x", {128, 116, 249, 220}}, {"graalvm-java21", {156, 125, 83, 82}},
    {"java25", {180, 199, 225, 243}},     {"java17", {200, 222, 297, 310}},
    {"java21", {234, 253, 336, 316}},     {"ruby3.4", {230, 253, 271, 278}},
    {"dotnet10", {240, 250, 358, 381}},   {"dotnet8", {250, 283, 431, 435}},
};

double median_ms(const core::Distribution& distribution) {
  double low = distribution.lower_bound();
  double high = distribution.upper_bound();
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2.0;
    (distribution.cumulative(middle) < 0.5 ? low : high) = middle;
  }
  return high * 1e-6;
}

TEST(Runtimes, MediansOfNinetyDaysAgreeWithThoseOfOneDay) {
  std::printf("median ms, 90 days (one day): zip x86, zip arm, image x86, image arm\n");
  for (const Published& published : kPublished) {
    std::printf("%-15s", published.runtime);
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
      const auto init = runtime_init(published.runtime, kKinds[i][0], kKinds[i][1]);
      ASSERT_TRUE(init.has_value()) << published.runtime;
      const double expected = published.median_ms[i];
      const double median = median_ms(*init);
      std::printf(" %5.0f (%3.0f)", median, expected);
      EXPECT_NEAR(median, expected, 0.25 * expected) << published.runtime;
    }
    std::printf("\n");
  }
}

TEST(Runtimes, EveryOneHasFiguresOfBothArchitecturesAndPackages) {
  EXPECT_GE(runtime_names().size(), 20U);
  for (const std::string& name : runtime_names()) {
    for (const auto& [architecture, package] : kKinds) {
      const auto init = runtime_init(name, architecture, package);
      ASSERT_TRUE(init.has_value()) << name << " " << architecture << " " << package;
      EXPECT_GT(init->lower_bound(), 1e6) << name;
      EXPECT_LT(init->mean(), 1e9) << name;
    }
  }
}

TEST(Runtimes, AreNamedAsAwsNamesThem) {
  EXPECT_THAT(runtime_names(), testing::IsSupersetOf({"python3.13", "nodejs22.x", "nodejs24.x",
                                                      "java21", "java25", "dotnet8", "ruby3.4"}));
}

TEST(Runtimes, WhatWasNotMeasuredHasNoFigure) {
  EXPECT_FALSE(runtime_init("cobol", "x86_64", "zip").has_value());
  EXPECT_FALSE(runtime_init("java21", "riscv", "zip").has_value());
  EXPECT_FALSE(runtime_init("java21", "arm64", "floppy").has_value());
}

}  // namespace
}  // namespace lambdasim::models
