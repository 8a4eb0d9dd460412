// The sealed paper: fetched before the moment, kept as it came, and opened with the key that the
// server gives at the start. What is opened becomes the attempt's page for the service worker.
const PREFIX = "chungtay:";
const DIGEST = "X-Digest";
const OPENED = "X-Opened";
const NONCE = 12;
// The page is opened from here, so it must bring along what the server would have said with it.
const CARRIED = [
  "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
  "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options",
];

export function canOpen() {
  return Boolean(window.isSecureContext && window.crypto && crypto.subtle && window.caches && window.DecompressionStream && navigator.serviceWorker);
}

function cacheOf(config) {
  return caches.open(PREFIX + config.attempt);
}

async function hex(buffer) {
  const digest = await crypto.subtle.digest("SHA-256", buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function isKept(config) {
  const kept = await (await cacheOf(config)).match(config.sealed);
  return Boolean(kept) && kept.headers.get(DIGEST) === config.digest;
}

export async function fetchSealed(config) {
  const reply = await fetch(config.sealed, { cache: "no-store", credentials: "same-origin" });
  if (!reply.ok) return false;
  const body = await reply.arrayBuffer();
  const digest = await hex(body);
  if (digest !== config.digest) return false;
  const headers = new Headers({ [DIGEST]: digest });
  for (const name of CARRIED) if (reply.headers.get(name)) headers.set(name, reply.headers.get(name));
  await (await cacheOf(config)).put(config.sealed, new Response(body, { headers }));
  return true;
}

// The files that the attempt's page needs, and this page itself, for a reload without network.
export async function keepFiles(config, files) {
  const cache = await cacheOf(config);
  await Promise.all(files.map(async (file) => {
    if (await cache.match(file)) return;
    const reply = await fetch(file);
    if (reply.ok) await cache.put(file, reply);
  }));
  const room = await caches.open(PREFIX + config.page);
  const page = await fetch(config.page, { credentials: "same-origin" });
  if (page.ok && !page.redirected) await room.put(config.page, page);
}

export async function openSealed(config, told, token) {
  const cache = await cacheOf(config);
  const kept = await cache.match(config.sealed);
  if (!kept || told.attempt !== config.paper || !told.key) return false;
  const words = JSON.parse(await unseal(await kept.arrayBuffer(), told.key, config.paper));
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8", [OPENED]: "1" });
  for (const name of CARRIED) if (kept.headers.get(name)) headers.set(name, kept.headers.get(name));
  await cache.put(config.attempt, new Response(assemble(words, told, token), { headers }));
  await cache.delete(config.sealed);
  await caches.delete(PREFIX + config.page);
  return true;
}

async function unseal(sealed, key, label) {
  const raw = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const opener = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const additionalData = new TextEncoder().encode(label);
  const how = { name: "AES-GCM", iv: sealed.slice(0, NONCE), additionalData };
  const packed = await crypto.subtle.decrypt(how, opener, sealed.slice(NONCE));
  const stream = new Response(packed).body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function assemble({ pieces, between, config }, told, token) {
  const { ticket, lease_no, server_epoch, ends, now } = told;
  const whole = JSON.stringify({ ...config, ticket, lease_no, server_epoch, ends, now });
  const written = whole.replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const filled = { token, config: written };
  return pieces.map((piece, at) => piece + (at < between.length ? filled[between[at]] : "")).join("");
}
