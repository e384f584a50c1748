// The figures of databases and ready-made resources that are built in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/resource/databases.h"
#include "models/resource/defaults.h"
#include "models/resource/kinds.h"

namespace lambdasim::models {
namespace {

using testing::ElementsAre;

TEST(Databases, HaveTheConnectionsOfTheirMemoryLessTheReservedOnes) {
  // 4,294,967,296 / 9,531,392 = 450.6; 17,179,869,184 / 9,531,392 = 1802.4; 64 GB come to 7,209.
  EXPECT_EQ(database_connections("db.t4g.medium"), 450U - 9U);
  EXPECT_EQ(database_connections("db.m7g.xlarge"), 1802U - 9U);
  EXPECT_EQ(database_connections("db.r7g.2xlarge"), 5000U - 9U);
}

TEST(Databases, HaveWhatIsReportedOfSmallClassesInPlaceOfTheFormula) {
  EXPECT_EQ(database_connections("db.t4g.micro"), 80U - 9U);
  EXPECT_EQ(database_connections("db.t4g.small"), 170U - 9U);
}

TEST(Databases, AreKnownByTheirClassOnly) {
  EXPECT_EQ(database_connections("db.t4g"), std::nullopt);
  EXPECT_THAT(database_names(), testing::Contains("db.r6g.large"));
}

TEST(ResourceKinds, SayWhatTheyAreAndHowTheyAreMade) {
  EXPECT_THAT(resource_kind_names(), ElementsAre("postgres", "rds_proxy", "https_client",
                                                 "sdk_client", "secret", "data_key"));
  for (const ResourceKind& kind : resource_kinds()) {
    EXPECT_FALSE(kind.about.empty()) << kind.name;
    EXPECT_FALSE(kind.explain.empty()) << kind.name;
    EXPECT_NE(kind.resource.find("setup"), nullptr) << kind.name;
  }
}

TEST(StorageDefaults, LetABurstLastAQuarterOfASecond) {
  const engine::Network& network = storage_defaults().storage.network;
  const auto burst = static_cast<double>(network.burst_bytes + network.first_bytes);
  EXPECT_DOUBLE_EQ(burst / network.burst_bytes_per_s, 0.25);
}

TEST(StorageDefaults, PutTheFirstByteOfAFileWhereS3WasMeasured) {
  const core::Distribution& latency = storage_defaults().file_latency;
  EXPECT_NEAR(latency.cumulative(27e6), 0.5, 1e-9);
  EXPECT_NEAR(latency.cumulative(75e6), 0.95, 1e-4);
}

}  // namespace
}  // namespace lambdasim::models
