// The judge's sheets: how the server had them last, and how they stand on this machine.
// A draft is in the journal before it is sent, and leaves it only once the server has it.
const DEVICE = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sheets = config.sheets;
let here = ""; // the sheet that is open; none of them is the list
let kept = Promise.resolve();

// One write after the other: a draft that changes must not overtake itself.
function queue(act) {
  kept = kept.then(act, act);
  return kept;
}

function sheetWith(id) {
  return sheets.find((sheet) => sheet.id === id);
}

function copyOf({ marks, public_note, private_note, remarks = {} }) {
  return { marks: { ...marks }, public_note, private_note, remarks: { ...remarks } };
}

function draftsOf(sheet) {
  return written.filter((change) => change.sheet === sheet.id && isPending(change));
}

function isSigned(sheet) {
  return draftsOf(sheet).some((draft) => draft.signs);
}

function isClosed(sheet) {
  return sheet.state === "locked" || sheet.state === "recused";
}

// What may be typed into: neither closed, nor signed here, nor waiting for the judge's choice.
function isWritable(sheet) {
  return !isClosed(sheet) && !isSigned(sheet) && !sheet.apart;
}

function stateOf(sheet) {
  if (isClosed(sheet)) return sheet.state;
  if (isSigned(sheet)) return "signed";
  return sheet.sequence || draftsOf(sheet).length ? "begun" : "open";
}

// The page may be an old copy of the service worker's: what the server said later holds.
function recall() {
  const known = state.known || {};
  for (const sheet of sheets) {
    const later = known[sheet.id];
    if (later && Date.parse(later.now) > Date.parse(config.now)) Object.assign(sheet, later);
    const drafts = draftsOf(sheet);
    const newest = drafts[drafts.length - 1];
    sheet.last = Math.max(sheet.sequence, newest ? newest.seq : 0);
    sheet.mine = copyOf({ remarks: sheet.remarks, ...newest || sheet });
  }
}

function remember(sheet) {
  const { sequence, state: stands, marks, public_note, private_note, remarks, score, now } = sheet;
  state.known = { ...state.known, [sheet.id]: { sequence, state: stands, marks, public_note, private_note, remarks, score, now } };
  queue(keepState);
}

// What was written before the end of judging is taken after it, and stays apart from what follows.
function isPast(at) {
  return at >= Date.parse(config.end);
}

// A draft that was never sent takes the change up; otherwise a new one follows it.
function note(sheet, signs) {
  const at = Math.round(serverNow());
  let draft = draftsOf(sheet).find((one) => one.device === DEVICE && !one.tried && !one.signs && isPast(one.at) === isPast(at));
  if (!draft) {
    draft = { attempt: words.attempt, sheet: sheet.id, device: DEVICE, seq: sheet.last + 1, base: sheet.last, receipt: "", verdict: "" };
    sheet.last += 1;
    written.push(draft);
  }
  Object.assign(draft, copyOf(sheet.mine), { signs: Boolean(signs), at });
  return queue(() => keep("changes", draft));
}

// The server has it, and nobody needs it any more.
function settled(draft) {
  draft.verdict = "sent";
  return queue(() => forget(draft));
}

// The server has it on the sheet: it stays here until the round is over, for the server may be
// restored from a backup that has it not. What it takes the place of goes, unless it was signed.
function acknowledged(draft) {
  written.filter((one) => one !== draft && one.sheet === draft.sheet && isReplaced(one)).forEach(settled);
  Object.assign(draft, { verdict: "kept", was: "kept" });
  return queue(() => keep("changes", draft));
}

function isReplaced(draft) {
  return draft.was && draft.verdict !== "sent" && !draft.signs;
}

// The server has another database than the one that acknowledged these: all of it is sent again.
function replay() {
  for (const draft of written.filter((one) => one.verdict === "kept")) {
    draft.verdict = "";
    queue(() => keep("changes", draft));
  }
  state.known = {};
}

// A page from the journal of this machine may be older than what was heard since.
function minds(epoch, now) {
  const isOld = state.heard && Date.parse(state.heard) > Date.parse(now);
  if (isOld || !epoch) return;
  if (state.epoch && state.epoch !== epoch) replay();
  Object.assign(state, { epoch, heard: now });
  queue(keepState);
}
