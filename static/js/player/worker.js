// The service worker keeps this page and its files, so that a reload works offline.
const WORKER = "/sw.js";

function workerAddress() {
  if (!window.trustedTypes) return WORKER;
  const policy = trustedTypes.createPolicy("chungtay", {
    createScriptURL: (address) => {
      if (address !== WORKER) throw new TypeError(address);
      return address;
    },
  });
  return policy.createScriptURL(WORKER);
}

function shellFiles() {
  const named = Array.from(document.querySelectorAll("link[href],script[src]"), (element) => element.href || element.src);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  return Array.from(new Set(named.concat(loaded))).filter((address) => address.startsWith(`${location.origin}/static/`));
}

async function keepShell() {
  if (!("serviceWorker" in navigator)) {
    show(part("notice-insecure"), true);
    return;
  }
  try {
    await navigator.serviceWorker.register(workerAddress());
    const registration = await navigator.serviceWorker.ready;
    const files = shellFiles();
    registration.active.postMessage({ kind: "keep", page: words.attempt, files });
  } catch (error) {
    show(part("notice-insecure"), true);
  }
}

function dropShell() {
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (worker) worker.postMessage({ kind: "drop", page: words.attempt });
}
