// The server's time, kept by the monotonic clock of this page.
// A person may set the clock of the machine; nothing here asks it, but after a reload
// without network, when it is the only thing that counted on.
const ZONE = 7 * 3600 * 1000; // Vietnamese civil time
let ahead = 0; // server time minus performance.now()
let doubt = Infinity; // how far off `ahead` may be
let ends = Date.parse(config.ends);
let pausedUntil = Date.parse(config.paused_until) || 0;

function serverNow() {
  return performance.now() + ahead;
}

function isPaused() {
  return serverNow() < pausedUntil;
}

// While the attempt is paused its clock stands still.
function secondsLeft() {
  return Math.max(0, Math.ceil((ends - Math.max(serverNow(), pausedUntil)) / 1000));
}

// The server read its clock at some moment between the sending and now.
function observe(stamp, sentAt) {
  const least = Date.parse(stamp) - performance.now();
  const most = Date.parse(stamp) - sentAt;
  if (!(most >= least)) return;
  const agrees = ahead >= least && ahead <= most;
  if (agrees && most - least >= doubt) return;
  ahead = (least + most) / 2;
  doubt = most - least;
}

function observePage() {
  const [entry] = performance.getEntriesByType("navigation");
  const asked = entry && entry.requestStart <= performance.now() ? entry.requestStart : 0;
  observe(config.now, asked);
}

// The service worker may have given us an old copy of the page: then what the journal
// saw last is later than what the page says.
function observeJournal(kept) {
  if (!kept || !kept.stamp || Date.parse(config.now) > Date.parse(kept.stamp)) return false;
  ahead = Date.parse(kept.stamp) + Math.max(0, Date.now() - kept.wall) - performance.now();
  doubt = Infinity;
  ends = kept.ends || ends;
  return true;
}

function civil(milliseconds) {
  return new Date(milliseconds + ZONE).toISOString().slice(11, 19);
}

function countdown(seconds) {
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function spoken(seconds) {
  const values = { m: Math.floor(seconds / 60), s: seconds % 60 };
  return say(!values.m ? "seconds" : values.s ? "minutesSeconds" : "minutes", values);
}
