#include "models/keepalive/none.h"

namespace lambdasim::models {

const About kNoKeepAliveAbout{
    "none",
    "no context is kept: every call starts cold",
    "The limit of every idle period is 0. A context is still used again when a call waits at the "
    "moment it becomes reusable.",
    "a bound for comparison; AWS Lambda does keep contexts",
    {}};

std::shared_ptr<const engine::KeepAlive> read_no_keep_alive(config::ObjectReader&) {
  return std::make_shared<const NoKeepAlive>();
}

}  // namespace lambdasim::models
