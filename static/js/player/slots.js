// The slots: what is chosen, what is flagged, and the cells that show both.
const DEBOUNCE = 800; // milliseconds after the last letter
const current = new Map(); // position → { answer, seq }
const shownFor = new Map(); // position → milliseconds in front of the person
const typing = new Map(); // position → timer of what is being typed
const early = new Set(); // sections touched before the journal was read
let isReady = false;
let unwritten = 0; // changes on their way into the journal
let isOver = false; // the time has run out
let isClosed = false; // the server takes no more answers

function asAnswer(value) {
  return Array.isArray(value) ? value.map(String).sort().join(",") : String(value === null || value === undefined ? "" : value);
}

// "1.350" or "87,65" as people write it; null where it is no number we can take.
function parseNumber(field) {
  const decimals = Number(field.dataset.decimals);
  let text = field.value.replace(/\s/g, "");
  if (text.includes(",") || !decimals || (text.match(/\./g) || []).length > 1) text = text.replace(/\./g, "");
  text = text.replace(",", ".");
  if (text === "") return "";
  if (!/^\d{1,12}(\.\d+)?$/.test(text) || (text.split(".")[1] || "").length > decimals) return null;
  if (field.dataset.maximum && Number(text) > Number(field.dataset.maximum)) return null;
  return text.replace(/^0+(?=\d)/, "");
}

function asNumber(answer) {
  const [whole, fraction] = answer.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return fraction ? `${grouped},${fraction}` : grouped;
}

function keyOf(input) {
  return input.parentElement.querySelector(".option__key").textContent;
}

function keysOf(section) {
  return Array.from(section.querySelectorAll(".option input:checked"), keyOf).join(", ");
}

function isAnswered(section) {
  return current.get(positionOf(section)).answer !== "";
}

function isFlagged(section) {
  return state.flags.includes(positionOf(section));
}

// What the server had when it made the page, then what this machine wrote after that.
function restore() {
  for (const { position, answer, seq } of config.slots) current.set(position, { answer: asAnswer(answer), seq: seq || 0 });
  for (const change of written) {
    const slot = current.get(change.slot);
    if (slot && isOwn(change) && change.seq >= slot.seq && !change.verdict) {
      current.set(change.slot, { answer: change.answer, seq: change.seq });
    }
  }
  for (const section of sections) if (!early.has(section)) showAnswer(section, current.get(positionOf(section)).answer);
  fillOutbox();
  showCells();
}

// This machine wrote under another lease, nobody answered since: it is an answer again. A lease
// above the page's is one of an attempt that a restore took away: what was written last counts.
function reclaim() {
  const others = new Map();
  for (const change of written) {
    if (isOwn(change)) others.delete(change.slot);
    else if (!change.receipt) others.set(change.slot, change);
  }
  for (const [position, change] of others) {
    const slot = current.get(position);
    if (slot && ((!slot.seq && !slot.answer && change.answer) || change.lease_no > config.lease_no)) {
      showAnswer(sectionAt(position), change.answer);
      noteChange(sectionAt(position));
    }
  }
}

function mayAnswer() {
  return !isClosed && !isGone && !isOver && holdsLease();
}

async function noteChange(section) {
  if (!isReady) {
    early.add(section);
    return;
  }
  const position = positionOf(section);
  const slot = current.get(position);
  const answer = readAnswer(section);
  if (isPrediction(section)) showFault(numberField(section), answer === null);
  if (answer === null || answer === slot.answer) return;
  if (!mayAnswer()) {
    showAnswer(section, slot.answer);
    return;
  }
  const change = await give(position, answer);
  if (hasText(section)) await forgetOlder(change);
  showCells();
  showSaving();
  if (!failures) sendSoon(200);
}

async function give(position, answer) {
  const slot = current.get(position);
  Object.assign(slot, { answer, seq: slot.seq + 1 });
  const change = {
    attempt: words.attempt, slot: position, seq: slot.seq, lease_no: config.lease_no, ticket: config.ticket,
    answer, elapsed_ms: Math.round(timeOn(position)), at: Math.round(serverNow()), receipt: "", verdict: "",
  };
  unwritten += 1;
  await record(change);
  unwritten -= 1;
  pending.push(change);
  return change;
}

// It came too late and nobody heard; there is time again: it is given anew, unless another was since.
async function giveAgain({ slot, seq, answer }) {
  if (current.get(slot).seq === seq && mayAnswer()) await give(slot, answer);
}

function typed(section) {
  const position = positionOf(section);
  if (!isReady) early.add(section);
  clearTimeout(typing.get(position));
  typing.set(position, setTimeout(() => noteChange(section), DEBOUNCE));
  showTyped(section);
}

// Of a text that grows only the newest wording is kept and sent; what is on its way is left alone.
async function forgetOlder(newest) {
  const older = written.filter((change) => change.slot === newest.slot && change.seq < newest.seq && change.id && isOwn(change) && !inFlight.includes(change));
  pending = pending.filter((change) => !older.includes(change));
  await Promise.all(older.map(forget));
}

// On a slow line people choose before the script is there: what stands in the page then is theirs.
function findEarly() {
  for (const { position, answer } of config.slots) {
    const section = sectionAt(position);
    const given = readAnswer(section);
    showAnswer(section, asAnswer(answer));
    if (given === readAnswer(section)) continue;
    early.add(section);
    showAnswer(section, given || "");
  }
}

function noteEarly() {
  isReady = true;
  for (const section of early) noteChange(section);
  early.clear();
}

function leaveNumber(section) {
  if (readAnswer(section) !== null) showAnswer(section, current.get(positionOf(section)).answer);
}

// What is typed but not noted yet is noted now.
async function noteTyped() {
  await Promise.all(sections.filter(hasText).map(noteChange));
  while (unwritten) await pause(20);
}

function step(section, sign) {
  const field = numberField(section);
  const now = Number(parseNumber(field) || 0) + sign * Number(field.dataset.step);
  const most = field.dataset.maximum ? Number(field.dataset.maximum) : Infinity;
  field.value = asNumber(String(Math.min(most, Math.max(0, Number(now.toFixed(Number(field.dataset.decimals)))))));
  typed(section);
}

function flag(section) {
  const position = positionOf(section);
  if (isPrediction(section)) return;
  state.flags = isFlagged(section) ? state.flags.filter((other) => other !== position) : state.flags.concat(position);
  keepState();
  showCells();
}

function lockAnswers(locked) {
  for (const section of sections) section.querySelector("fieldset").disabled = locked;
}

function cellsOf(position) {
  return Array.from(document.querySelectorAll("a.cell")).filter((cell) => Number(cell.textContent) === position);
}

function cellState(section, waiting) {
  const position = positionOf(section);
  const names = [];
  if (waiting.has(position)) names.push("wait");
  else if (isAnswered(section)) names.push("done");
  if (isFlagged(section)) names.push("flag");
  return names;
}

function cellLabel(section, names) {
  const kind = names.includes("wait") ? words.cellWait : names.includes("done") ? words.cellDone : words.cellEmpty;
  const said = [section.dataset.where, kind];
  return (names.includes("flag") ? said.concat(words.cellFlag) : said).join(", ");
}

// A cell is drawn as waiting only while the server cannot be reached or does not save.
function showCells() {
  const away = !reachable || failures > 0;
  const waiting = new Set(away ? pending.map((change) => change.slot) : []);
  for (const section of items) {
    const position = positionOf(section);
    const names = cellState(section, waiting);
    for (const cell of cellsOf(position)) {
      cell.dataset.s = names.join(" ");
      cell.setAttribute("aria-label", cellLabel(section, names));
      if (position === here && !reviewing) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
    const button = section.querySelector("[data-flag]");
    button.setAttribute("aria-pressed", String(isFlagged(section)));
    write(button.querySelector("span"), isFlagged(section) ? words.flagged : words.flag);
  }
  for (const legend of document.querySelectorAll("[data-legend-wait]")) show(legend, waiting.size > 0);
  const count = { n: items.filter(isAnswered).length, total: items.length };
  for (const element of document.querySelectorAll("[data-count]")) write(element, fill(element.dataset.count, count));
}
