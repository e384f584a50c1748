#include "models/source/http.h"

namespace lambdasim::models {

const About kHttpAbout{
    "http",
    "callers that wait for the answer",
    "Every arrival is one synchronous invocation: a request through a function URL, API Gateway, a "
    "load balancer or an SDK. Lambda never tries again what fails.",
    "AWS Lambda documentation, synchronous invocation [documented]",
    {}};

std::shared_ptr<const engine::EventSourceModel> read_http(config::ObjectReader&,
                                                          const SourceContext&) {
  return nullptr;
}

}  // namespace lambdasim::models
