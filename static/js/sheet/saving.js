// What stands where, in words: the line of saving, the list, the total.
function saveState() {
  if (!reachable) return "offline";
  if (!waiting().length) return "saved";
  return failures ? "error" : "sending";
}

function saveWords(name) {
  if (name === "offline") return words.offline;
  if (name === "error") return words.saveError;
  if (name === "sending") return words.sending;
  return savedAt ? say("saved", { time: civil(savedAt) }) : words.idle;
}

function showSaving() {
  const line = part("save");
  const name = saveState();
  line.dataset.state = name;
  for (const icon of line.querySelectorAll("[data-when]")) show(icon, icon.dataset.when === name);
  write(part("save-words"), saveWords(name));
}

function scoreOf(sheet) {
  if (sheet.state === "locked") return sheet.score;
  return isSigned(sheet) ? figure(reckoned(sheet).total) : "";
}

function showList() {
  for (const row of document.querySelectorAll("[data-line]")) {
    const sheet = sheetWith(row.dataset.line);
    const stands = stateOf(sheet);
    write(row.querySelector("[data-score]"), scoreOf(sheet));
    for (const badge of row.querySelectorAll("[data-badge]")) show(badge, badge.dataset.badge === stands);
  }
  const mine = sheets.filter((sheet) => sheet.state !== "recused");
  const done = mine.filter((sheet) => ["locked", "signed"].includes(stateOf(sheet)));
  write(part("list-done"), say("signedOf", { done: done.length, all: mine.length }));
}

function showTotals(sheet, form) {
  const { total, sums } = reckoned(sheet);
  const closed = sheet.state === "locked";
  write(form.querySelector("[data-total]"), closed ? sheet.score : figure(total));
  for (const sum of form.querySelectorAll("[data-sum]")) {
    const found = sums[sum.dataset.sum];
    write(sum, found ? `${figure(found.got)} / ${plain(found.share.toFixed(4))}` : "");
  }
  const leaves = leavesOf(shapeOf(sheet));
  const marked = leaves.filter((leaf) => leaf.id in sheet.mine.marks).length;
  write(part("foot-total"), figure(total));
  write(part("foot-done"), say("done", { whole: plain(config.whole), n: marked, all: leaves.length }));
}

// Which marks the server does not have yet.
function showWaits(sheet, form) {
  const waits = draftsOf(sheet).length > 0;
  for (const row of form.querySelectorAll("[data-leaf]")) {
    const id = row.dataset.leaf;
    const changed = waits && sheet.mine.marks[id] !== undefined && Number(sheet.mine.marks[id]) !== Number(sheet.marks[id]);
    show(row.querySelector("[data-waits]"), changed);
    row.querySelector(".number").toggleAttribute("data-state", false);
    if (changed) row.querySelector(".number").dataset.state = "changed";
  }
}

function showBefore(sheet, form) {
  const before = sheets.filter((one) => one.number < sheet.number && scoreOf(one)).slice(-6);
  show(form.querySelector("[data-before]"), before.length > 0);
  write(form.querySelector("[data-before-list]"), before.map((one) => `${one.code} ${scoreOf(one)}`).join(" · "));
}

// What the own signed sheets are worth a word about; the server says it to this judge alone.
function showHints() {
  show(part("notice-hints"), config.hints.length > 0);
  part("hints").replaceChildren(...config.hints.map((hint) => {
    return Object.assign(document.createElement("li"), { textContent: hint });
  }));
}

function showAll() {
  showSaving();
  showList();
  if (here) showSheet(sheetWith(here));
}
