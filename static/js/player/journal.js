// The journal: every change of an answer, written to this machine before it is sent, kept
// until the results are out. A change with neither receipt nor verdict is still to be sent.
const DATABASE = "chungtay";
let database = null;
const written = []; // this attempt's changes, oldest first
let state = { attempt: words.attempt, flags: [] };

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const changes = request.result.createObjectStore("changes", { keyPath: "id", autoIncrement: true });
      changes.createIndex("attempt", "attempt");
      request.result.createObjectStore("attempts", { keyPath: "attempt" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    setTimeout(reject, 3000); // some browsers never answer in private windows
  });
}

// Committed at once: a transaction that would wait for this page to hear of its request is taken
// back where the page goes before that.
function within(store, mode, act) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: store === "changes" ? "strict" : "relaxed" });
    const request = act(transaction.objectStore(store));
    if (transaction.commit) transaction.commit();
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

async function openJournal() {
  try {
    database = await openDatabase();
    database.onclose = loseJournal;
    await readJournal();
  } catch (error) {
    loseJournal();
  }
}

async function readJournal() {
  const changes = await within("changes", "readonly", (store) => store.index("attempt").getAll(words.attempt));
  written.splice(0, written.length, ...changes.sort((a, b) => a.id - b.id));
  state = (await within("attempts", "readonly", (store) => store.get(words.attempt))) || state;
}

function loseJournal() {
  database = null;
  show(part("notice-memory"), true);
}

async function keep(store, record) {
  if (!database) return;
  try {
    const key = await within(store, "readwrite", (records) => records.put(record));
    if (store === "changes") record.id = key;
  } catch (error) {
    loseJournal();
  }
}

async function record(change) {
  written.push(change);
  await keep("changes", change);
}

// Take a change out of the journal: a newer one says all that it said.
async function forget(change) {
  written.splice(written.indexOf(change), 1);
  if (!database) return;
  try {
    await within("changes", "readwrite", (records) => records.delete(change.id));
  } catch (error) {
    loseJournal();
  }
}

function keepState() {
  return keep("attempts", state);
}

function isPending(change) {
  return !change.receipt && !change.verdict;
}
