// Moving between the slots: buttons, cells and keys; one slot is visible at a time.
const SHORTCUTS = "chungtay:shortcuts";
let here = 0; // the position of the visible slot
let reviewing = false;
let shownSince = 0;

function timeOn(position) {
  const before = shownFor.get(position) || 0;
  return position === here && !reviewing ? before + performance.now() - shownSince : before;
}

function move(position) {
  if (!sectionAt(position)) return;
  const passage = passageOf(here);
  if (sectionAt(here)) noteLeft(sectionAt(here));
  shownFor.set(here, timeOn(here));
  shownSince = performance.now();
  here = state.here = position;
  reviewing = false;
  closeDialogs();
  showPlace();
  keepState();
  history.replaceState(null, "", `${location.pathname}#c${position}`);
  // A passage that was not here before is seen first.
  sectionAt(position).querySelector("legend").focus({ preventScroll: Boolean(passageOf(here)) && passageOf(here) !== passage });
}

function noteLeft(section) {
  if (hasText(section)) noteChange(section);
}

function passageOf(position) {
  return (sectionAt(position) || document.body).dataset.passage;
}

function next() {
  const index = sections.indexOf(sectionAt(here)) + 1;
  if (index < sections.length) move(positionOf(sections[index]));
  else showReview();
}

function previous() {
  const index = sections.indexOf(sectionAt(here)) - 1;
  if (reviewing) move(here);
  else if (index >= 0) move(positionOf(sections[index]));
}

function showPlace() {
  const section = sectionAt(here);
  part(reviewing ? "review" : "paper").prepend(part("heading"));
  for (const other of sections) show(other, other === section && !reviewing);
  for (const passage of document.querySelectorAll("[data-passage-text]")) show(passage, !reviewing && passage.dataset.passageText === section.dataset.passage);
  for (const id of ["review", "foot-review", "title-review"]) show(part(id), reviewing);
  for (const id of ["foot", "title-slot"]) show(part(id), !reviewing);
  write(part("title-slot"), section.dataset.title);
  write(part("where"), reviewing ? words.reviewing : section.dataset.where);
  write(part("where-of"), reviewing ? "" : section.dataset.of);
  document.title = (reviewing ? words.reviewing : section.dataset.where) + words.titleEnd;
  const isLast = section === sections[sections.length - 1];
  show(part("to-next"), !isLast);
  show(part("to-review"), isLast);
  part("go-previous").disabled = section === sections[0];
  showCells();
  scrollTo(0, 0);
}

function openGrid(event) {
  const grid = part("grid");
  if (!grid.showModal) return showReviewFrom(event);
  if (event) event.preventDefault();
  openDialog("grid");
  const now = grid.querySelector("[aria-current]");
  if (now) now.focus();
}

function showReviewFrom(event) {
  if (event) event.preventDefault();
  showReview();
}

function openDialog(id) {
  closeDialogs();
  part(id).showModal();
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

function isTextField(element) {
  return element && (element.matches("textarea, select, [contenteditable]") || element.matches("input:not([type=radio]):not([type=checkbox])"));
}

// Fields and players have keys of their own; so have two verdicts side by side.
function takesKey(element, key) {
  return isTextField(element) || (element && (element.matches("audio, summary") || (key.startsWith("Arrow") && element.matches(".seg input"))));
}

function choose(key) {
  const section = sectionAt(here);
  const inputs = Array.from(section.querySelectorAll(".option input"));
  const input = /\d/.test(key) ? inputs[Number(key) - 1] : inputs.find((one) => keyOf(one) === key.toUpperCase());
  if (reviewing || !input || input.matches(":disabled")) return false;
  input.focus();
  input.click();
  return true;
}

const KEYS = {
  ArrowLeft: previous,
  ArrowRight: () => !reviewing && next(),
  f: () => !reviewing && flag(sectionAt(here)),
  r: showReview,
  g: () => openGrid(),
  t: toggleTimer,
  v: () => openView(),
  "?": () => openKeymap(),
};

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (!part("shortcuts").checked || takesKey(document.activeElement, event.key) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (/^[1-9a-e]$/.test(key)) {
    if (choose(key)) event.preventDefault();
  } else if (Object.prototype.hasOwnProperty.call(KEYS, key)) {
    event.preventDefault();
    KEYS[key]();
  }
}

function cloneCells() {
  const cells = part("side").querySelector(".cells");
  for (const place of document.querySelectorAll("[data-cells]")) place.append(cells.cloneNode(true));
}

function follow(event) {
  const target = event.target.closest("[data-go],a.cell,[data-flag],[data-sign],[data-act]");
  if (!target) return;
  const { go, sign, act } = target.dataset;
  if (act) return actions[act](event);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (go || target.matches("a.cell")) move(Number(go || target.textContent));
  else if (sign) step(target.closest("[data-slot]"), Number(sign));
  else flag(target.closest("[data-slot]"));
}

function rememberShortcuts() {
  store(SHORTCUTS, part("shortcuts").checked ? "on" : "off");
}
