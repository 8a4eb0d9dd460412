// What this machine's journal knows of a submitted attempt: the receipt of each question. The
// service worker lets go of the attempt and keeps this page for reading offline.

export default function receipts(element) {
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (worker) {
    worker.postMessage({ kind: "drop", page: element.dataset.attempt });
    addEventListener("load", () => setTimeout(keepPage, 500, worker));
    if (document.readyState === "complete") keepPage(worker);
  }
  if (!("indexedDB" in window)) return;
  const request = indexedDB.open("chungtay");
  request.onupgradeneeded = () => request.transaction.abort(); // nothing was ever kept here
  request.onerror = (event) => event.preventDefault();
  request.onsuccess = () => read(request.result, element);
}

function keepPage(worker) {
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  worker.postMessage({ kind: "keep", page: location.pathname, files: files.filter((address) => address.startsWith(`${location.origin}/static/`)) });
}

function read(database, element) {
  const index = database.transaction("changes").objectStore("changes").index("attempt");
  index.getAll(element.dataset.attempt).onsuccess = (event) => {
    show(element, event.target.result.sort((a, b) => a.id - b.id));
    database.close();
  };
}

function newest(changes) {
  return Array.from(new Map(changes.map((change) => [change.slot, change])).values()).sort((a, b) => a.slot - b.slot);
}

function show(element, changes) {
  const saved = newest(changes.filter((change) => change.receipt));
  const template = element.querySelector("template").content.firstElementChild;
  const section = element.querySelector("[data-receipts]");
  for (const change of saved) section.querySelector("ul").append(row(template, change));
  section.hidden = !saved.length;
}

function row(template, { slot, saved, receipt }) {
  const made = template.cloneNode(true);
  const [where, time, digits] = made.children;
  const { words, prediction, total } = where.dataset;
  where.textContent = slot > Number(total) ? prediction : words.replace("{n}", slot);
  time.textContent = saved ? new Date(Date.parse(saved) + 7 * 3600000).toISOString().slice(11, 19) : "";
  digits.textContent = receipt.replace(/(.{4})(?=.)/g, "$1 ");
  return made;
}
