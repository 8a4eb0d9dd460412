// A submitted attempt: the service worker lets go of the page it kept for reloads without network.

export default function leaveAttempt(element) {
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (worker) worker.postMessage({ kind: "drop", page: element.dataset.attempt });
}
