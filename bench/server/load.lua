-- Sends one form again and again; wrk's second argument after -- is the file of the form.
local file
function init(arguments)
  file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "multipart/form-data; boundary=xyz"
  file:close()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %f %f %f %d %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
