-- wrk script: sends the requests of a file ("host path" a line) in turn, with a pause in milliseconds, and ends with one line of JSON.
local requests, turn = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local host, path = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("GET", path, { Host = host, Accept = "application/json", ["User-Agent"] = "bench/1" })
  end
  local pause = tonumber(args[2])
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
    '\nRESULT {"requests":%d,"microseconds":%d,"p50Us":%.1f,"p99Us":%.1f,"maxUs":%.1f,"errors":{"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.timeout, e.status))
end
