-- What every load says at its end, as one line of JSON.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"rate":%.1f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"requests":%d,"failed":%d,"bytes":%.0f}\n',
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.requests, e.status + e.connect + e.read + e.write + e.timeout,
    summary.bytes / math.max(1, summary.requests)))
end
