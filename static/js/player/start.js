// Putting it in motion.
const actions = {
  next: (event) => { event.preventDefault(); next(); },
  previous: (event) => { event.preventDefault(); previous(); },
  grid: openGrid,
  close: closeDialogs,
  view: openView,
  keymap: openKeymap,
  receipts: saveReceipts,
  review: showReviewFrom,
  back: (event) => { event.preventDefault(); cancelSubmit(); move(here); },
  force: forceSubmit,
};

function listen() {
  document.addEventListener("click", follow);
  document.addEventListener("keydown", press);
  for (const section of sections) {
    section.addEventListener("submit", (event) => { event.preventDefault(); next(); });
    section.addEventListener("input", (event) => isTyped(event.target) && typed(section));
    section.addEventListener("change", (event) => { exchangePlaces(section, event.target); noteChange(section); });
    section.addEventListener("focusout", (event) => isTyped(event.target) && noteChange(section));
    if (isPrediction(section)) numberField(section).addEventListener("blur", () => leaveNumber(section));
  }
  part("submit-form").addEventListener("submit", submitByHand);
  part("notice-displaced").addEventListener("submit", takeOver);
  part("shortcuts").addEventListener("change", rememberShortcuts);
  part("view-form").addEventListener("change", chooseView);
  part("view-form").addEventListener("submit", (event) => { event.preventDefault(); closeDialogs(); });
  listenToBrowser();
}

function listenToBrowser() {
  addEventListener("online", () => { failures = 0; beat(); sendSoon(0); });
  addEventListener("offline", () => noteReach(false));
  addEventListener("pagehide", () => { sendOnHide(); releaseLease(); });
  addEventListener("pageshow", (event) => event.persisted && comeBack());
  addEventListener("blur", noteAway);
  addEventListener("focus", noteBack);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      sendOnHide();
      noteAway();
      return;
    }
    noteBack();
    if (!displacedBy) { beat(); sendSoon(0); }
  });
}

// Controls that only work with a script appear with it.
function enable() {
  for (const element of document.querySelectorAll("[data-scripted]")) {
    element.removeAttribute("hidden");
    element.disabled = false;
  }
  // Where there is no dialog, the review has the cells and a page of its own the rest.
  for (const dialog of document.querySelectorAll("dialog")) show(dialog, Boolean(dialog.showModal));
  part("shortcuts").checked = config.shortcuts !== false && stored(SHORTCUTS) !== "off";
}

async function start() {
  observePage();
  here = Number((location.hash.match(/^#c(\d+)$/) || [])[1]);
  if (!sectionAt(here)) here = Number(words.current);
  shownSince = performance.now();
  cloneCells();
  enable();
  recallView();
  if (!words.readOnly) findEarly();
  restore();
  showPlace();
  tick();
  listen();
  await openJournal();
  const isOld = observeJournal(state);
  if (!isOld) Object.assign(state, { stamp: config.now, wall: Date.now(), ends });
  if (state.epoch && state.epoch !== epoch && !isOld) replay();
  state.epoch = epoch = isOld && state.epoch ? state.epoch : epoch;
  if (!location.hash && location.pathname === words.attempt && sectionAt(state.here)) here = state.here;
  keepState();
  await keepLease();
  restore();
  showPlace();
  await begin(isOld);
}

async function begin(isOld) {
  if (words.readOnly) displace("machine");
  else await claimLease();
  noteEarly();
  performance.mark("usable");
  if (writes) reclaim();
  noteReach(navigator.onLine);
  showSaving();
  sendSoon(0);
  if (isOld) beat();
  else beatTimer = setTimeout(beat, BEAT);
  if (document.readyState === "complete") keepShellSoon();
  else addEventListener("load", keepShellSoon);
}

function keepShellSoon() {
  setTimeout(keepShell, 1000);
}

start();
