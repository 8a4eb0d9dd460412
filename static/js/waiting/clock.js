// The server's time in the waiting room, kept by the monotonic clock of the page. The clock of
// the machine is asked only after a reload without network.
const KEPT = "chungtay:clock";
const ZONE = 7 * 3600 * 1000; // Vietnamese civil time
let ahead = 0;
let doubt = Infinity;

export function serverNow() {
  return performance.now() + ahead;
}

// The server read its clock at some moment between the asking and now.
export function observe(stamp, askedAt) {
  const least = Date.parse(stamp) - performance.now();
  const most = Date.parse(stamp) - askedAt;
  if (!(most >= least)) return;
  const agrees = ahead >= least && ahead <= most;
  if (!agrees || most - least < doubt) {
    ahead = (least + most) / 2;
    doubt = most - least;
  }
  remember();
}

// A page from the cache says what the time was when it was kept: then a later reading counts.
export function observePage(stamp) {
  const kept = recall();
  if (kept && kept.stamp > Date.parse(stamp)) {
    ahead = kept.stamp + Math.max(0, Date.now() - kept.wall) - performance.now();
    return;
  }
  const [entry] = performance.getEntriesByType("navigation");
  observe(stamp, entry && entry.requestStart <= performance.now() ? entry.requestStart : 0);
}

export function wallOff() {
  return Math.abs(Date.now() - serverNow());
}

export function civil(milliseconds) {
  return new Date(milliseconds + ZONE).toISOString().slice(11, 19);
}

function remember() {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ stamp: serverNow(), wall: Date.now() }));
  } catch (error) {
    // Storage is closed to us: a reload then asks the server.
  }
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch (error) {
    return null;
  }
}
