-- Answers of many attempts: each request is the next change of the next attempt's slot.
local attempts, count, at, seq, thread_no = {}, 0, 0, 1, 0
function setup(thread) thread:set("number", thread_no); thread_no = thread_no + 1 end
function init(args)
  for line in io.lines(args[1]) do
    local id, ticket = line:match("(%S+) (%S+)")
    count = count + 1
    attempts[count] = {id = id, ticket = ticket}
  end
  local threads = tonumber(args[2])
  local share = math.floor(count / threads)
  first = number * share
  size = share
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-Requested-With"] = "chungtay"
end
function request()
  at = at + 1
  if at > size then at = 1; seq = seq + 1 end
  local one = attempts[first + at]
  local body = string.format('{"ticket":"%s","answers":[{"slot":%d,"seq":%d,"answer":"b","elapsed_ms":1200}]}', one.ticket, 1 + seq % 20, seq)
  return wrk.format("PUT", "/thi/bai/" .. one.id .. "/tra-loi", nil, body)
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1 end end
