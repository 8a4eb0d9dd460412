// The results are out: the journal of the attempt on this machine has done its work.

export default function forgetJournal(element) {
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (worker) worker.postMessage({ kind: "drop", page: `${element.dataset.attempt}/bien-nhan` });
  if (!("indexedDB" in window)) return;
  const request = indexedDB.open("chungtay");
  request.onupgradeneeded = () => request.transaction.abort(); // nothing was ever kept here
  request.onerror = (event) => event.preventDefault();
  request.onsuccess = () => forget(request.result, element.dataset.attempt);
}

function forget(database, attempt) {
  const transaction = database.transaction(["changes", "attempts"], "readwrite");
  const changes = transaction.objectStore("changes");
  const keys = changes.index("attempt").getAllKeys(attempt);
  keys.onsuccess = () => keys.result.forEach((key) => changes.delete(key));
  transaction.objectStore("attempts").delete(attempt);
  transaction.oncomplete = () => database.close();
}
