// The outbox: what the server has not acknowledged yet, oldest first.
// A change leaves only when its receipt is in the journal; sending twice does no harm.
const BATCH = 40;
const WEIGHT = 20000; // characters in a batch: a page that goes away may send no more than 64 KB
let pending = [];
let inFlight = [];
let sending = false;
let reachable = true;
let sendTimer = 0;
let batchLimit = BATCH;
let epoch = config.server_epoch;
let savedAt = 0;
let isGone = false; // a restored server does not know this attempt

function heed(reply, sentAt) {
  if (reply.json.now) {
    observe(reply.json.now, sentAt);
    Object.assign(state, { stamp: reply.json.now, wall: Date.now(), ends });
  }
  if (reply.json.server_epoch && reply.json.server_epoch !== epoch) {
    epoch = reply.json.server_epoch;
    replay();
  }
  return reply;
}

// The server was restored from a copy: whatever it acknowledged before may be gone.
function replay() {
  state.epoch = epoch;
  for (const change of written) {
    change.receipt = "";
    change.verdict = "";
    keep("changes", change);
  }
  pending = written.slice();
  sendSoon(0);
}

function fillOutbox() {
  pending = written.filter(isPending);
}

// One change of a slot in a batch, so that each gets its own receipt; one ticket in a batch.
function nextBatch(waiting = pending) {
  const [first] = waiting;
  const slots = new Set();
  const batch = [];
  let weight = 0;
  for (const change of waiting) {
    weight += change.answer.length;
    if (batch.length === batchLimit || slots.has(change.slot) || change.lease_no !== first.lease_no) break;
    if (batch.length && weight > WEIGHT) break;
    slots.add(change.slot);
    batch.push(change);
  }
  return batch;
}

function isOwn(change) {
  return change.lease_no === config.lease_no;
}

function asSent(changes) {
  return changes.map(({ slot, seq, answer, elapsed_ms }) => ({ slot, seq, answer, elapsed_ms }));
}

// A page that only reads has no ticket: what this machine wrote before goes with its own.
function put(batch, keepalive = false) {
  const ticket = (isOwn(batch[0]) && config.ticket) || batch[0].ticket;
  return ask("PUT", config.save, { body: { ticket, answers: asSent(batch) }, keepalive });
}

function sendSoon(delay) {
  clearTimeout(sendTimer);
  sendTimer = setTimeout(deliver, delay);
}

async function deliver() {
  if (sending || !pending.length || isRelieved() || isGone) return;
  sending = true;
  showSaving();
  const batch = inFlight = nextBatch();
  const reply = await put(batch);
  const delay = await settle(batch, reply);
  inFlight = [];
  sending = false;
  showSaving();
  if (pending.length) sendSoon(delay);
  keepState();
}

async function settle(batch, reply) {
  if (reply.status === 200) return acknowledge(batch, reply.json);
  if (reply.status === 409) return setAside(batch, reply.json.error);
  if (reply.status === 410) return isOwn(batch[0]) ? loseAttempt() : setAside(batch, "gone");
  if (reply.status === 401) return renew(batch);
  if (reply.status === 422) return halve(batch);
  failures += 1;
  noteReach(reply.status !== 0 || (reachable && navigator.onLine && failures < 2));
  if (reply.status === 429) return Math.max(500, reply.wait * 1000 || 0);
  return backOff();
}

async function acknowledge(batch, { slots = {}, late = [], now }) {
  const kept = batch.filter((change) => slots[change.slot] && slots[change.slot].seq >= change.seq);
  for (const change of kept) Object.assign(change, { receipt: slots[change.slot].receipt, saved: now });
  const again = batch.filter((change) => late.includes(change.slot) && !kept.includes(change));
  for (const change of again) change.verdict = "late";
  await leave(kept.concat(again));
  for (const change of again) await giveAgain(change);
  if (kept.length + again.length < batch.length) {
    failures += 1;
    return backOff();
  }
  savedAt = serverNow();
  failures = 0;
  batchLimit = BATCH;
  noteReach(true);
  return 0;
}

// The server stored these in the late lane: evidence, not answers.
async function setAside(batch, verdict) {
  for (const change of batch) change.verdict = verdict || "refused";
  await leave(batch);
  failures = 0;
  noteReach(true);
  if (!isOwn(batch[0])) return 0;
  if (verdict === "displaced" && !displacedBy) displace("machine");
  if (verdict === "closed") {
    showLate();
    close();
  }
  return 0;
}

// All stays in the journal as it is, for the same paper once it is started again.
function loseAttempt() {
  isGone = true;
  cancelSubmit();
  show(part("notice-gone"), true);
  showWriting();
  announce(part("notice-gone").textContent.trim());
  return 0;
}

async function halve(batch) {
  if (batch.length > 1) {
    batchLimit = 1;
    return 0;
  }
  write(part("refused"), say("refused", { n: batch[0].slot }));
  show(part("notice-refused"), true);
  return setAside(batch, "refused");
}

async function leave(changes) {
  await Promise.all(changes.map((change) => keep("changes", change)));
  pending = pending.filter(isPending);
  showCells();
}

// The page's configuration holds a fresh ticket; only without one is the page loaded again.
async function renew(batch) {
  if (!isOwn(batch[0]) || !config.ticket) return setAside(batch, "expired");
  failures += 1;
  const reply = await ask("GET", words.attempt);
  const found = reply.status === 200 && reply.text.match(/id="attempt-config"[^>]*>([^<]+)</);
  const fresh = found && JSON.parse(found[1]);
  if (fresh && fresh.lease_no !== config.lease_no) displace("machine");
  else if (fresh && fresh.ticket) config.ticket = fresh.ticket;
  else if (reply.status && reply.status < 500 && database) location.reload();
  return backOff();
}

function noteReach(now) {
  if (now === reachable) return;
  reachable = now;
  showReach();
}

// Leaving the page: a copy of what waits goes out on its own; nothing depends on it.
function sendOnHide() {
  noteTyped();
  const waiting = written.filter(isPending);
  if (waiting.length && !isRelieved()) put(nextBatch(waiting), true);
  keepState();
}
