// The heartbeat: the server's time, who writes, whether the attempt is open, and until when.
const BEAT = 4000;
const AWAY = 1000; // looking away for less is none
let beatTimer = 0;
let awayTimer = 0;

// Say whether the server answered at all.
async function beat() {
  clearTimeout(beatTimer);
  if (!config.ticket || displacedBy === "machine" || isClosed || isGone) return false;
  const body = { ticket: config.ticket, here: reviewing ? 0 : here, left: state.left || 0 };
  const reply = await ask("PUT", config.beat, { body });
  clearTimeout(beatTimer);
  beatTimer = setTimeout(() => document.visibilityState === "visible" && beat(), BEAT);
  if (!reply.status) noteReach(false);
  if (reply.status === 200) heedBeat(reply.json);
  if (reply.status === 410) loseAttempt();
  return reply.status > 0 && reply.status < 500;
}

function heedBeat(body) {
  const wasAway = !reachable;
  if (wasAway) failures = 0;
  noteReach(true);
  heedTimes(Date.parse(body.ends) || ends, Date.parse(body.paused_until) || 0);
  if (body.lease_no !== config.lease_no) displace("machine");
  else if (body.state === "closed") close();
  if (wasAway && pending.length) sendSoon(0);
  keepState();
}

// More time, a pause, an earlier end: said once, calmly, where it is read.
function heedTimes(told, paused) {
  const more = Math.round((told - ends) / 1000);
  ends = told;
  if (paused !== pausedUntil) {
    pausedUntil = paused;
    show(part("notice-times"), false);
    if (isPaused()) sayTime("paused", { time: civil(paused), end: civil(ends) });
    else announce(say("resumed", { end: civil(ends) }));
  } else if (Math.abs(more) >= 1) {
    sayTime(more > 0 ? "moreTime" : "newEnd", { more: spoken(Math.abs(more)), end: civil(ends) });
  }
}

function sayTime(name, values) {
  const text = say(name, values);
  write(part("times"), text);
  show(part("notice-times"), true);
  announce(text);
}

// Leaving the page is counted only where a room is watched, and the page says so.
function noteAway() {
  if (!config.watched || awayTimer) return;
  awayTimer = setTimeout(() => {
    state.left = (state.left || 0) + 1;
    keepState();
    beat();
  }, AWAY);
}

function noteBack() {
  clearTimeout(awayTimer);
  awayTimer = 0;
}
