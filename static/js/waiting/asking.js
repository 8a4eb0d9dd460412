// Asking the server: one question with a limit of patience, and how long to wait before the next.
import { observe } from "./clock.js";

const PATIENCE = 8000;

export async function ask(method, address, body) {
  const askedAt = performance.now();
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const reply = await fetch(address, {
      method, signal: control.signal, cache: "no-store", credentials: "same-origin",
      headers: { "X-Requested-With": "chungtay", ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
    const isJson = /json/.test(reply.headers.get("Content-Type"));
    const json = isJson ? await reply.json() : {};
    if (json.now) observe(json.now, askedAt);
    return { status: reply.status, json, wait: 1000 * (Number(reply.headers.get("Retry-After")) || 0) };
  } catch (error) {
    return { status: 0, json: {}, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// Up to 8 seconds, never two machines in step; a network that comes back is not waited for.
export function backOff(failures, least = 0) {
  const most = Math.min(8000, 500 * 2 ** Math.min(failures, 5));
  const rest = Math.max(least, most * (0.5 + Math.random() / 2));
  const online = new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  return Promise.race([pause(rest), online]);
}
