-- wrk script: sends the requests of a file ("host path" a line) in turn, with a pause in milliseconds, a body of so many bytes, and
-- keep-alive or close; ends with one line of JSON.
local requests, turn = {}, 0

function init(args)
  local pause, bytes = tonumber(args[2]), tonumber(args[3])
  local method, body = "GET", nil
  if bytes > 0 then method, body = "POST", string.rep("x", bytes) end
  for line in io.lines(args[1]) do
    local host, path = line:match("^(%S+) (%S+)$")
    local headers = { Host = host, Accept = "application/json", ["User-Agent"] = "bench/1" }
    if args[4] == "close" then headers["Connection"] = "close" end
    requests[#requests + 1] = wrk.format(method, path, headers, body)
  end
  if pause > 0 then
    -- Only defined where it is wanted: wrk takes a slower way as soon as it exists.
    function delay() return pause end
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nRESULT {"units":%d,"microseconds":%d,"p50Us":%.1f,"p99Us":%.1f,"maxUs":%.1f,"errors":{"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.timeout, e.status))
end
