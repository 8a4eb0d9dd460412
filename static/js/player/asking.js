// Asking the server: patient for ten seconds, and longer between the tries the more of them fail.
// What a reply says of the time is heeded by the page (`heed`).
const PATIENCE = 10000;
let failures = 0;

async function ask(method, address, { body, keepalive = false } = {}) {
  const sentAt = performance.now();
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const reply = await fetch(address, {
      method, keepalive, signal: control.signal, cache: "no-store", credentials: "same-origin",
      headers: { "X-Requested-With": "chungtay", ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const text = await reply.text();
    const json = /json/.test(reply.headers.get("Content-Type")) ? JSON.parse(text) : {};
    return heed({ status: reply.status, wait: Number(reply.headers.get("Retry-After")), json, text }, sentAt);
  } catch (error) {
    return { status: 0, json: {} };
  } finally {
    clearTimeout(timer);
  }
}

// From one second to thirty, never two machines in step.
function backOff() {
  const most = Math.min(30000, 1000 * 2 ** Math.min(failures, 5));
  return Math.max(1000, most * (0.5 + Math.random() / 2));
}
