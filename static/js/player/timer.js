// The clock a person sees: it changes its state three times and speaks four times.
const SOON = 300;
const LAST = 30;
let shownSeconds = -1;

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
  }
  if (!seconds && !isOver) runOut();
  else if (seconds && isOver && !isClosed) runOn();
  const rest = (((ends - serverNow()) % 1000) + 1000) % 1000;
  setTimeout(tick, Math.min(1000, rest + 5));
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
  for (const [limit, text] of [[300, words.left300], [60, words.left60], [30, words.left30]]) {
    if (before > limit && now <= limit && now) announce(text);
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
