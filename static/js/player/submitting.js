// Submitting: the outbox empties first, then the form goes; a person may force it.
let submitting = false;
let isAutomatic = false;

function showProgress() {
  const waiting = waitingSlots();
  const button = part("submit");
  if (submitting) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
  write(part("submit-words"), submitting ? words.submitting : words.submit);
  show(part("notice-submitting"), submitting && (waiting > 0 || !reachable));
  write(part("submit-progress"), waiting ? say("submitWaiting", { n: waiting }) : words.submitOffline);
  show(part("force"), submitting && waiting > 0);
}

// The form leaves the page, so the server must have answered a moment ago.
async function emptied() {
  await noteTyped();
  if (pending.length) {
    if (!failures) sendSoon(0);
    return false;
  }
  return isClosed || beat();
}

async function drain() {
  for (let turn = 0; submitting; turn += 1) {
    showProgress();
    if (await emptied()) return sendForm([]);
    await pause(pending.length && !failures ? 100 : Math.min(4000, 500 + turn * 250));
  }
}

function sendForm(left) {
  const answers = left.map(({ slot, seq, answer, elapsed_ms }) => ({ slot, seq, answer, elapsed_ms }));
  part("pending").value = JSON.stringify(answers);
  dropShell();
  HTMLFormElement.prototype.submit.call(part("submit-form"));
}

function submitByHand(event) {
  event.preventDefault();
  if (submitting || displacedBy) return;
  submitting = true;
  drain();
}

function forceSubmit() {
  sendForm(pending.filter(isOwn));
}

function cancelSubmit() {
  if (isAutomatic) return;
  submitting = false;
  showProgress();
}

// The time is over: what is left is sent, then the attempt submits itself.
// Not everybody in the same second: the server has closed it already.
async function finish() {
  if (displacedBy || isAutomatic) return;
  isAutomatic = true;
  await noteTyped();
  sendSoon(0);
  await pause(300 + Math.random() * 1700);
  if (!isOver) {
    isAutomatic = false;
    return;
  }
  if (submitting) return;
  submitting = true;
  drain();
}
