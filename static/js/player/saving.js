// The save line: what is stored where, in words, with the server's time.
function waitingSlots() {
  return new Set(pending.map((change) => change.slot)).size;
}

function saveState() {
  if (!reachable) return "offline";
  if (isGone) return "error";
  if (!pending.length) return isClosed && lateSlots().length ? "error" : "saved";
  return failures ? "error" : "sending";
}

function saveWords(name) {
  const count = waitingSlots();
  if (name === "offline") return count ? say("offline", { n: count }) : words.offlineEmpty;
  if (isGone) return words.lostMore;
  if (name === "error") return pending.length ? words.saveError : say("late", { n: lateSlots().length });
  if (name === "saved") return savedAt ? say("saved", { time: civil(savedAt) }) : words.idle;
  const section = sectionAt(pending[pending.length - 1].slot);
  return fill(section.dataset.saving, { n: positionOf(section) });
}

function showSaving() {
  const line = part("save");
  const name = saveState();
  if (name === "error" && pending.length && !isGone && line.dataset.state !== "error") announce(words.saveError);
  line.dataset.state = name;
  for (const icon of line.querySelectorAll("[data-when]")) show(icon, icon.dataset.when === name);
  write(part("save-words"), saveWords(name));
  showProgress();
}

function showReach() {
  if (reachable) {
    announce(waitingSlots() ? say("online", { n: waitingSlots() }) : words.onlineEmpty);
  } else {
    write(part("lost-at"), say("lost", { time: civil(serverNow()) }));
    announce(`${part("lost-at").textContent} ${words.lostMore}`);
  }
  showConnection();
}

function showConnection() {
  show(part("notice-offline"), !reachable && !isOver);
  show(part("notice-over-offline"), !reachable && isOver && !isClosed);
  show(part("notice-over"), reachable && isOver && !isClosed);
  showSaving();
  showCells();
}
