// Submitting: the outbox empties first, then the server is told; a person may force it.
const MOST = 60; // changes that one request may carry
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

// Leaving the page needs a server that answered a moment ago.
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
    if ((await emptied()) && submitting && (await handIn([]))) return;
    await pause(pending.length && !failures ? 100 : Math.min(4000, 500 + turn * 250));
  }
}

// Hand the attempt in by one request; whatever goes wrong but the network, the form does it.
async function handIn(left) {
  const reply = await ask("PUT", config.submit, { body: { ticket: config.ticket, answers: asSent(left) } });
  if (!reply.status && !left.length) {
    noteReach(false);
    return false;
  }
  if (reply.status === 410) {
    loseAttempt();
    return true;
  }
  const receipt = reply.status === 200 && reply.json.receipt;
  if (receipt && new URL(receipt, location).origin === location.origin) depart(receipt);
  else sendForm(left);
  return true;
}

function depart(receipt) {
  dropShell();
  location.assign(receipt);
}

function sendForm(left) {
  part("pending").value = JSON.stringify(asSent(left));
  dropShell();
  HTMLFormElement.prototype.submit.call(part("submit-form"));
}

function submitByHand(event) {
  event.preventDefault();
  if (submitting || displacedBy || isGone) return;
  submitting = true;
  drain();
}

function forceSubmit() {
  submitting = false;
  const newest = new Map(pending.filter(isOwn).map((change) => [change.slot, change]));
  handIn(Array.from(newest.values()).slice(-MOST));
}

function cancelSubmit() {
  if (isAutomatic && !isGone) return;
  submitting = false;
  showProgress();
}

// The time is over: what is left is sent at once, then the attempt submits itself.
// Not everybody in the same second: the server has closed it already.
async function finish() {
  if (displacedBy || isAutomatic || isGone) return;
  isAutomatic = true;
  await noteTyped();
  failures = 0;
  sendSoon(0);
  await pause(Math.random() * SPREAD);
  if (!isOver) {
    isAutomatic = false;
    return;
  }
  if (submitting) return;
  submitting = true;
  drain();
}
