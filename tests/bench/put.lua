-- Requests of many attempts in turn: "save" the next change of each, or "hand" each in once.
-- Arguments: a file of "public_id ticket" lines, and which of the two.
package.path = package.path .. ";tests/bench/?.lua"
require("report")
local attempts, count, at, seq, kind = {}, 0, 0, 1, "save"
function init(args)
  for line in io.lines(args[1]) do
    local id, ticket = line:match("(%S+) (%S+)")
    count = count + 1
    attempts[count] = {id = id, ticket = ticket}
  end
  kind = args[2]
  seq = tonumber(args[3])
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-Requested-With"] = "chungtay"
end
function request()
  at = at + 1
  if at > count then at = 1; seq = seq + 1 end
  local one = attempts[at]
  if kind == "hand" then
    return wrk.format("PUT", "/thi/bai/" .. one.id .. "/nop", nil, '{"ticket":"' .. one.ticket .. '"}')
  end
  return wrk.format("PUT", "/thi/bai/" .. one.id .. "/tra-loi", nil, string.format(
    '{"ticket":"%s","answers":[{"slot":%d,"seq":%d,"answer":"b","elapsed_ms":1200}]}',
    one.ticket, 1 + seq % 20, seq))
end
