// The waiting room: keeps the sealed paper, counts down by the server's clock, and at the moment
// asks for the key until it gets it. Where a browser cannot do that, the form does the same.
import { ask, backOff, pause } from "../waiting/asking.js";
import { civil, observePage, serverNow, wallOff } from "../waiting/clock.js";
import { canOpen, fetchSealed, isKept, keepFiles, openSealed } from "../waiting/sealed.js";
import { startWorker } from "../waiting/worker.js";

const LOOK_AGAIN = 20000;
const SPREAD = 800; // milliseconds over which machines that open at the same moment ask
const FETCH_SPREAD = 15000;
const WALL_OFF = 60000;

export default function waiting(element) {
  const config = JSON.parse(document.getElementById("waiting-config").textContent);
  const form = element.querySelector("form");
  const honest = form.querySelector("#honest");
  if (!honest) return;
  observePage(config.now);
  const room = { element, config, form, honest, go: form.querySelector("#go"), isAsking: false, isReady: false };
  element.querySelector("[data-checks]").removeAttribute("hidden");
  form.addEventListener("submit", (event) => submit(room, event));
  honest.addEventListener("change", () => arm(room));
  mark(room, "clock", wallOff() < WALL_OFF);
  showPhase(room);
  arm(room);
  tick(room);
  look(room);
  prepare(room);
}

function opensAt({ config }) {
  return Date.parse(config.opens) || Infinity;
}

function isOpen(room) {
  return room.config.phase === "open" || (room.config.phase === "upcoming" && serverNow() >= opensAt(room));
}

function say(room, name) {
  const line = room.form.querySelector("#doing");
  const words = line.dataset[name] || "";
  if (line.textContent !== words) line.textContent = words;
}

function mark(room, name, isOk) {
  const line = room.element.querySelector(`[data-check=${name}]`);
  line.removeAttribute("hidden");
  const state = isOk === null ? "wait" : isOk ? "ok" : "no";
  for (const part of line.querySelectorAll("[data-when]")) part.toggleAttribute("hidden", part.dataset.when !== state);
}

function refuse(room, said) {
  const notice = room.element.querySelector("#refused");
  notice.toggleAttribute("hidden", !said);
  if (said) notice.querySelector("[data-said]").textContent = said;
}

function showPhase(room) {
  const name = isOpen(room) ? "open" : room.config.phase;
  room.element.dataset.phase = name;
  for (const part of room.element.querySelectorAll("[data-phase-words]")) part.toggleAttribute("hidden", part.dataset.phaseWords !== name);
  const count = room.element.querySelector("[data-until-open]");
  if (count && name !== "upcoming") count.setAttribute("hidden", "");
  const reason = room.element.querySelector("[data-reason]");
  reason.toggleAttribute("hidden", !room.config.said);
  if (room.config.said) reason.textContent = room.config.said;
  room.go.disabled = !isOpen(room) || room.isAsking;
}

// Ticked in time, the paper of a sitting with one start opens by itself.
function arm(room) {
  if (room.isAsking) return;
  say(room, room.honest.checked ? "armed" : "idle");
  if (room.honest.checked && room.config.fixed && isOpen(room)) begin(room, 0);
}

function tick(room) {
  const line = room.element.querySelector("[data-clock]");
  const words = civil(serverNow());
  if (line.textContent !== words) line.textContent = words;
  if (isOpen(room) && room.element.dataset.phase !== "open") {
    showPhase(room);
    if (room.config.fixed && room.honest.checked) begin(room, SPREAD);
  }
  setTimeout(tick, 250, room);
}

// The hours may be moved while people wait; the answer also keeps the clock right.
async function look(room) {
  const reply = await ask("GET", room.config.state);
  mark(room, "network", reply.status === 200);
  if (reply.status === 200 && !room.isAsking) {
    const { phase, opens, last, said, digest } = reply.json;
    const isOther = opens !== room.config.opens || (digest || "") !== (room.config.digest || "");
    if (isOther || phase === "closed") return location.reload();
    Object.assign(room.config, { phase, opens, last, said });
    mark(room, "clock", wallOff() < WALL_OFF);
    showPhase(room);
  }
  setTimeout(look, LOOK_AGAIN * (0.75 + Math.random() / 2), room);
}

async function prepare(room) {
  const { config } = room;
  if (!config.sealed || !canOpen()) {
    if (config.sealed) mark(room, "paper", false);
    mark(room, "offline", false);
    return;
  }
  mark(room, "paper", null);
  mark(room, "offline", null);
  try {
    await startWorker();
    const left = opensAt(room) - serverNow();
    if (!(await isKept(config))) await pause(Math.random() * Math.max(0, Math.min(FETCH_SPREAD, left / 60)));
    await gather(room);
    mark(room, "offline", true);
  } catch (error) {
    mark(room, "offline", false);
  }
}

async function gather(room) {
  for (let failures = 0; !room.isAsking; failures += 1) {
    try {
      room.isReady = (await isKept(room.config)) || (await fetchSealed(room.config));
      if (room.isReady) break;
    } catch (error) {
      // Asked again below.
    }
    await backOff(failures, 1000);
  }
  if (!room.isReady) return;
  mark(room, "paper", true);
  await keepFiles(room.config, files());
}

function files() {
  const named = Array.from(document.querySelectorAll("link[href],script[src]"), (one) => one.href || one.src);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const [main] = named.filter((address) => address.endsWith("/js/main.js"));
  const all = named.concat(loaded, main ? main.replace(/main\.js$/, "player.js") : []);
  return Array.from(new Set(all)).filter((address) => address.startsWith(`${location.origin}/static/`));
}

function submit(room, event) {
  if (!room.config.start || !canOpen()) return;
  event.preventDefault();
  if (isOpen(room)) begin(room, 0);
}

async function begin(room, spread) {
  if (room.isAsking) return;
  room.isAsking = true;
  room.go.disabled = true;
  refuse(room, "");
  say(room, "asking");
  await pause(Math.random() * spread);
  if (!room.config.start || !canOpen()) return room.form.submit();
  await askForKey(room);
}

async function askForKey(room) {
  const { config } = room;
  for (let failures = 0; ; failures += 1) {
    const reply = await ask("PUT", config.start, { ticket: config.ticket });
    mark(room, "network", reply.status === 200 || reply.status === 409);
    if (reply.status === 200) return enter(room, reply.json);
    if (reply.status === 409) return giveBack(room, reply.json.said);
    if (reply.status === 401) return location.reload();
    say(room, "retrying");
    await backOff(failures, reply.wait);
  }
}

function giveBack(room, said) {
  room.isAsking = false;
  refuse(room, said);
  showPhase(room);
  say(room, "armed");
  look(room);
}

// The stamp is of the moment of the answer; what opening takes is added to it.
async function enter(room, told) {
  say(room, "opening");
  let address = room.config.attempt;
  try {
    const now = new Date(serverNow()).toISOString();
    const token = room.form.querySelector("[name=csrf_token]").value;
    await openSealed(room.config, { ...told, now }, token);
  } catch (error) {
    // The attempt is begun; its page then comes from the server.
  }
  if (told.attempt !== room.config.paper) address = address.replace(room.config.paper, told.attempt);
  location.replace(address);
}
