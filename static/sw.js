// The service worker: keeps an attempt's or a judge's page and its files, so that a reload works offline, and
// afterwards its receipt. It caches nothing else: other pages go to the network as without it.
const PREFIX = "chungtay:";
// An attempt with its questions, and a judge's round with its sheets: one page each, whatever is open.
const PAGE = /^(\/thi\/bai\/[^/]+|\/cham\/vong\/[^/]+)(\/cau\/\d+|\/phieu\/[^/]+)?$/;
const ROOM = /^\/thi\/ca\/[^/]+\/phong-cho$/;
const OPENED = "X-Opened"; // a page that a waiting room has opened, not asked of the server yet
const LEFT = /^(\/thi\/bai\/[^/]+)\/(bien-nhan|ket-qua)$/;
const RECEIPT = /\/bien-nhan$/;
const STATIC = /^\/static\/[^/]+\//;
const PATIENCE = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { kind, page, files } = event.data || {};
  if (!PAGE.test(page) && !LEFT.test(page)) return;
  if (kind === "keep") event.waitUntil(keep(page, files));
  if (kind === "drop") event.waitUntil(caches.delete(PREFIX + page));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (STATIC.test(url.pathname)) return event.respondWith(fromCache(request));
  if (request.mode !== "navigate") return;
  const left = url.pathname.match(LEFT);
  if (left) event.waitUntil(caches.delete(PREFIX + left[1]));
  if (RECEIPT.test(url.pathname)) return event.respondWith(fromNetwork(event, url.pathname, true));
  const paper = url.pathname.match(PAGE);
  if (paper) event.respondWith(fromNetwork(event, paper[1], url.pathname === paper[1]));
  else if (ROOM.test(url.pathname)) event.respondWith(fromNetwork(event, url.pathname, true));
});

// The page and the files it uses now; files of an older release go.
async function keep(page, files) {
  const cache = await caches.open(PREFIX + page);
  const wanted = files.filter((file) => STATIC.test(new URL(file).pathname));
  for (const request of await cache.keys()) {
    const isPage = new URL(request.url).pathname === page;
    if (!isPage && !wanted.includes(request.url)) await cache.delete(request);
  }
  if (!(await cache.match(page))) await put(cache, page, await fetch(page, { credentials: "same-origin" }));
  await Promise.all(wanted.map(async (file) => {
    if (!(await cache.match(file))) await put(cache, file, await fetch(file));
  }));
}

async function put(cache, key, response) {
  if (response.ok && !response.redirected) await cache.put(key, response);
}

async function fromCache(request) {
  return (await caches.match(request.url)) || fetch(request);
}

// The network first; after three seconds or without it, the page as it was kept.
async function fromNetwork(event, page, isWhole) {
  const name = PREFIX + page;
  const opened = await takeOpened(name, page);
  if (opened) return opened;
  const fetched = fetch(event.request);
  if (isWhole) event.waitUntil(fetched.then((response) => renew(name, page, response.clone())).catch(() => {}));
  const kept = (await caches.has(name)) && (await (await caches.open(name)).match(page));
  if (!kept) return fetched;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  const answered = fetched.then((response) => (response.status < 500 ? response : kept)).catch(() => kept);
  return Promise.race([answered, late]);
}

// What was opened a moment ago is the newest there is: the server is asked from the next time on.
async function takeOpened(name, page) {
  const kept = (await caches.has(name)) && (await (await caches.open(name)).match(page));
  if (!kept || !kept.headers.has(OPENED)) return null;
  const headers = new Headers(kept.headers);
  headers.delete(OPENED);
  await (await caches.open(name)).put(page, new Response(await kept.clone().blob(), { headers }));
  return kept;
}

async function renew(name, page, response) {
  if (await caches.has(name)) await put(await caches.open(name), page, response);
}
