-- The yardstick's one insert.
package.path = package.path .. ";tests/bench/?.lua"
require("report")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
function request()
  n = n + 1
  return wrk.format("POST", "/answer", nil,
    string.format('{"attempt_id":%d,"slot":%d,"choice":"b"}', n % 3000, n % 20))
end
