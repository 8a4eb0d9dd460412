// The clock a person sees: it changes its state three times and speaks five times.
const SOON = 300;
const LAST = 30;
const SPREAD = 15000; // the last seconds, over which a whole room sends and hands in
const flushAt = Math.random() * (SPREAD / 1000);
let shownSeconds = -1;
let flushed = false;

function timerState(seconds) {
  if (!seconds) return "over";
  if (seconds <= LAST) return "last";
  return seconds <= SOON ? "soon" : "calm";
}

function tick() {
  const seconds = secondsLeft();
  if (seconds !== shownSeconds) {
    showTime(seconds);
    speakTime(shownSeconds, seconds);
    shownSeconds = seconds;
    flush(seconds);
  }
  if (!seconds && !isOver) runOut();
  else if (seconds && isOver && !isClosed) runOn();
  const rest = (((ends - serverNow()) % 1000) + 1000) % 1000;
  setTimeout(tick, Math.min(1000, rest + 5));
}

// Before the end everything goes once more, however long the last failure told us to wait.
function flush(seconds) {
  if (seconds > SPREAD / 1000) flushed = false;
  if (flushed || seconds > flushAt) return;
  flushed = true;
  failures = 0;
  noteTyped().then(() => sendSoon(0));
}

function showTime(seconds) {
  const timer = part("timer");
  const name = timerState(seconds);
  write(part("timer-value"), countdown(seconds));
  if (name !== timer.dataset.state || seconds % 60 === 0 || shownSeconds < 0) timer.setAttribute("aria-label", say("left", { time: spoken(seconds) }));
  timer.dataset.state = part("thread").dataset.state = name;
  part("thread").value = seconds;
  write(part("review-left"), spoken(seconds));
  show(part("notice-last"), name === "last");
}

function speakTime(before, now) {
  if (before < 0) return;
  for (const [limit, text] of [[600, words.left600], [300, words.left300], [60, words.left60], [30, words.left30]]) {
    if (before <= limit || now > limit || !now) continue;
    announce(text);
    write(part("timer-said"), text);
  }
}

function runOut() {
  sections.filter(hasText).forEach(noteChange);
  isOver = true;
  lockAnswers(true);
  announce(reachable ? words.over : words.overOffline);
  showConnection();
  finish();
}

// The server gave more time after the clock had run out here.
function runOn() {
  isOver = false;
  showConnection();
  showWriting();
}

function close() {
  if (isClosed) return;
  isClosed = true;
  lockAnswers(true);
  announce(words.closed);
  show(part("notice-closed"), true);
  showConnection();
  if (submitting) return;
  submitting = true;
  drain();
}
