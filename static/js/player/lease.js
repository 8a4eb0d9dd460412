// One writer in this browser: a second tab of the same attempt reads until it takes over.
// Between machines the server holds the lease; between tabs these notes and one key do.
const me = String(Math.random()).slice(2);
const leaseKey = `chungtay:writer:${words.attempt}`;
const noteKey = "chungtay:note";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("chungtay") : null;
let writes = false; // this tab may change answers
let answered = false; // another tab said that it writes
let displacedBy = ""; // "tab" or "machine"

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    return null;
  }
}

function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch (error) {
    // Storage is closed to us: then the notes alone decide.
  }
}

function tell(kind) {
  const note = { kind, attempt: words.attempt, from: me };
  if (channel) channel.postMessage(note);
  else store(noteKey, JSON.stringify({ ...note, at: performance.now() }));
}

function hear(note) {
  if (!note || note.attempt !== words.attempt || note.from === me) return;
  if (note.kind === "who" && writes) tell("mine");
  if (note.kind === "mine") answered = true;
  if (note.kind === "yield" && writes) displace("tab");
}

if (channel) channel.onmessage = (event) => hear(event.data);
else addEventListener("storage", (event) => event.key === noteKey && event.newValue && hear(JSON.parse(event.newValue)));

function holdsLease() {
  const owner = stored(leaseKey);
  if (writes && owner !== null && owner !== me) {
    writes = false; // it wrote before us: what is typed here comes too late
    displace("tab");
  }
  return writes;
}

// Another tab of this browser reads the same journal and sends what is in it.
function isRelieved() {
  return displacedBy === "tab" && database !== null;
}

async function claimLease() {
  const owner = stored(leaseKey);
  if (owner && owner !== me) {
    answered = false;
    tell("who");
    await pause(400);
    if (answered) return displace("tab");
  }
  takeLease();
}

// The server was restored from before this machine took over, and so was its page: what was given
// here then is still good, unless the attempt is another by now.
async function keepLease() {
  const { ticket, lease_no } = written[written.length - 1] || config;
  if (!config.ticket || lease_no <= config.lease_no) return;
  const reply = await ask("PUT", config.beat, { body: { ticket } });
  if (reply.status !== 410) Object.assign(config, { ticket, lease_no });
}

function takeLease() {
  store(leaseKey, me);
  writes = true;
  displacedBy = "";
  showWriting();
}

function releaseLease() {
  if (stored(leaseKey) === me) store(leaseKey, null);
}

// What was being typed goes into the journal first: for the tab that takes over, or as evidence.
function displace(by) {
  if (writes) noteTyped();
  writes = false;
  displacedBy = by;
  releaseLease();
  showWriting();
  announce(say("displaced"));
}

function showWriting() {
  show(part("notice-displaced"), Boolean(displacedBy));
  part("submit").disabled = Boolean(displacedBy);
  lockAnswers(!writes || isOver || isClosed || isGone);
}

// In the same browser the journal is shared: the work goes on here without the server, unless that
// says in time that another machine writes since.
async function takeOver(event) {
  if (displacedBy !== "tab" || !database) {
    tell("yield");
    return;
  }
  event.preventDefault();
  tell("yield");
  await Promise.all([pause(100), Promise.race([beat(), pause(2000)])]);
  if (displacedBy === "machine") {
    part("notice-displaced").submit();
    return;
  }
  await readJournal();
  takeLease();
  restore();
  sendSoon(0);
}

// The page comes back out of the browser's memory: another tab may have written meanwhile.
async function comeBack() {
  if (displacedBy === "machine") return;
  writes = false;
  lockAnswers(true);
  if (database) await readJournal();
  await claimLease();
  restore();
  beat();
  sendSoon(0);
}
