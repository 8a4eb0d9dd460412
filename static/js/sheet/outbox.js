// The outbox: drafts in the order in which they were made, one at a time; sending twice does no harm.
const AGAIN = 15000;
let sending = false;
let reachable = true;
let sendTimer = 0;
let savedAt = 0;

function heed(reply, sentAt) {
  if (reply.json.now) {
    observe(reply.json.now, sentAt);
    minds(reply.json.server_epoch, reply.json.now);
  }
  return reply;
}

function waiting() {
  return written.filter(isPending);
}

function asSent({ device, seq, base, marks, public_note, private_note, remarks, signs, was, at }) {
  return { device, sequence: seq, base, marks, public_note, private_note, remarks, sign: signs, was, written: at };
}

function sendSoon(delay) {
  clearTimeout(sendTimer);
  sendTimer = setTimeout(deliver, delay);
}

async function deliver() {
  const [draft] = waiting();
  if (sending || !draft) return;
  const sheet = sheetWith(draft.sheet);
  if (!sheet) return dropForeign(draft);
  sending = true;
  draft.tried = true;
  await queue(() => keep("changes", draft));
  showSaving();
  const delay = settle(draft, sheet, await ask("PUT", sheet.save, { body: asSent(draft) }));
  sending = false;
  showAll();
  if (waiting().length) sendSoon(delay);
}

// A sheet that the judge does not have any more: nobody waits for its draft.
async function dropForeign(draft) {
  await settled(draft);
  sendSoon(0);
}

function settle(draft, sheet, reply) {
  if (reply.status === 200) return acknowledge(draft, sheet, reply.json);
  if (reply.status === 409 || reply.status === 422) return refuse(draft, sheet, reply.json.error);
  if (reply.status === 403 || reply.status === 404) return refuse(draft, sheet, words.gone);
  if (reply.status === 401) {
    show(part("notice-login"), true);
    return AGAIN;
  }
  failures += 1;
  noteReach(reply.status !== 0 || (reachable && navigator.onLine && failures < 2));
  return reply.status === 429 ? Math.max(500, reply.wait * 1000 || 0) : backOff();
}

function acknowledge(draft, sheet, told) {
  failures = 0;
  savedAt = serverNow();
  if (told.fate === "kept") acknowledged(draft);
  else settled(draft);
  show(part("notice-login"), false);
  const { fate, hints, server_epoch, ...stands } = told;
  Object.assign(sheet, stands);
  config.hints = hints;
  showHints();
  const rest = draftsOf(sheet);
  if (fate === "apart" && !rest.length) sheet.apart = copyOf({ remarks: sheet.remarks, ...draft });
  sheet.last = Math.max(sheet.sequence, ...rest.map((one) => one.seq));
  if (fate === "locked") complain(say("late", { code: sheet.code }));
  if (isClosed(sheet)) rest.filter((one) => one.signs && !one.was).forEach(settled);
  if (isClosed(sheet)) sheet.mine = copyOf(sheet);
  remember(sheet);
  noteReach(true);
  if (sheet.id === here && (isClosed(sheet) || sheet.apart)) fillForm(sheet);
  return 0;
}

// The server says why: what was typed stays in the fields, and may be mended.
function refuse(draft, sheet, why) {
  failures = 0;
  settled(draft);
  noteReach(true);
  complain(say("refused", { code: sheet.code, words: why || words.gone }));
  return 0;
}

function complain(text) {
  write(part("refused"), text);
  show(part("notice-refused"), true);
  announce(text);
}

function noteReach(now) {
  if (now === reachable) return;
  reachable = now;
  if (!now) write(part("lost-at"), say("lost", { time: civil(serverNow()) }));
  announce(now ? words.online : part("lost-at").textContent);
  show(part("notice-offline"), !now);
  showSaving();
}

// Leaving the page: the first draft that waits goes out on its own; nothing depends on it.
function sendOnHide() {
  const [draft] = waiting();
  const sheet = draft && sheetWith(draft.sheet);
  if (!sheet || sending) return;
  draft.tried = true;
  queue(() => keep("changes", draft));
  ask("PUT", sheet.save, { body: asSent(draft), keepalive: true });
}
