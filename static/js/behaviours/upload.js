// Sends a large file piece by piece: <form data-behaviour="upload" data-begin data-pieces>. After an
// interruption, of the network or of the page, it goes on where the server says that it stopped.

import { start } from "../main.js";

const MEGABYTE = 1024 * 1024;
const LEAST = MEGABYTE / 8;
const MOST = 4 * MEGABYTE;
const FIRST_MS = 1000;
const SLOWEST_MS = 15000;
// A piece should take about so long: then a broken one costs little.
const GOOD_MS = 4000;
const GONE = [404, 410];
const REFUSED = [400, 403, 409, 413, 422];

const wait = (ms) => new Promise((go) => {
  const back = () => { removeEventListener("online", back); go(); };
  addEventListener("online", back);
  setTimeout(back, ms);
});

class Refused extends Error {}

async function digestOf(piece) {
  if (!self.crypto || !crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

// Puts what the page says by now in the place of what is marked, and nothing else: what was typed
// beside it and not saved yet stays.
function refresh(form) {
  const own = form.closest("[data-fresh]");
  if (!own) return location.reload();
  const request = new XMLHttpRequest();
  request.open("GET", location.pathname);
  request.responseType = "document";
  request.onerror = () => location.reload();
  request.onload = () => {
    for (const part of [own, ...document.querySelectorAll("[data-fresh=always]")]) {
      const fresh = request.response && request.response.getElementById(part.id);
      if (!fresh) return location.reload();
      const put = document.importNode(fresh, true);
      part.replaceWith(put);
      start(put);
      if (part === own) put.querySelector("[type=file]").focus();
    }
  };
  request.send();
}

export default function upload(form) {
  const words = form.dataset;
  const input = form.querySelector("[type=file]");
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-words]");
  const fault = form.querySelector("[data-error]");
  const send = form.querySelector("[type=submit]");
  const token = form.querySelector("[name=csrf_token]").value;
  const place = document.documentElement.lang || "vi";
  let stopped = false;

  const size = (count) =>
    (count / MEGABYTE).toLocaleString(place, { maximumFractionDigits: 1, minimumFractionDigits: 1 }) + " MB";
  const fill = (text, done, all) => text.replace("{done}", size(done)).replace("{all}", size(all));
  const show = (text, done, all) => {
    bar.value = all ? (100 * done) / all : 0;
    const line = fill(text, done, all);
    if (said.textContent !== line) said.textContent = line;
  };

  const ask = async (address, options) => {
    const answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", "X-CSRFToken": token, ...(options.headers || {}) },
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    if (GONE.includes(answer.status)) throw new Refused(words.failed);
    if (REFUSED.includes(answer.status)) throw new Refused(told.error || words.failed);
    if (answer.status === 401) location.reload();
    throw new Error(String(answer.status));
  };

  // Does it until it is done; what the server refuses is refused, everything else is tried again.
  const insist = async (act, onWait) => {
    let pause = FIRST_MS;
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (error instanceof Refused || stopped) throw error;
        onWait();
        await wait(pause);
        pause = Math.min(pause * 2, SLOWEST_MS);
      }
    }
  };

  const run = async (file) => {
    const declared = new FormData();
    declared.append("name", file.name);
    declared.append("size", file.size);
    declared.append("modified", file.lastModified);
    let done = 0;
    const away = () => show(words.waiting, done, file.size);
    show(words.sending, 0, file.size);
    const begun = await insist(() => ask(words.begin, { method: "POST", body: declared }), away);
    const address = words.pieces + begun.id;
    form.dataset.upload = begun.id;
    done = begun.received;
    let length = MEGABYTE;
    while (done < file.size) {
      if (stopped) throw new Refused("");
      show(words.sending, done, file.size);
      const told = await insist(async () => {
        const piece = file.slice(done, done + length);
        const digest = await digestOf(piece);
        const began = performance.now();
        const headers = digest ? { "X-Digest": digest } : {};
        const came = await ask(address + "/" + done, { method: "PUT", body: piece, headers });
        length = performance.now() - began < GOOD_MS / 2 ? Math.min(length * 2, MOST) : length;
        return came;
      }, () => { length = Math.max(length / 2, LEAST); away(); });
      done = told.received;
    }
    show(words.checking, done, file.size);
    await insist(() => ask(address + "/xong", { method: "POST", body: new FormData() }), away);
    show(words.done, done, file.size);
  };

  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file) return;
    event.preventDefault();
    stopped = false;
    send.disabled = input.disabled = true;
    box.hidden = false;
    fault.hidden = true;
    for (const old of form.querySelectorAll("[data-begun]")) old.remove();
    const guard = (leaving) => leaving.preventDefault();
    addEventListener("beforeunload", guard);
    try {
      await run(file);
      removeEventListener("beforeunload", guard);
      refresh(form);
    } catch (error) {
      removeEventListener("beforeunload", guard);
      box.hidden = true;
      send.disabled = input.disabled = false;
      fault.querySelector("span").textContent = error.message;
      fault.hidden = !error.message;
    }
  });

  box.querySelector("[data-stop]").addEventListener("click", async () => {
    stopped = true;
    if (!form.dataset.upload) return;
    const address = words.pieces + form.dataset.upload + "/bo";
    await ask(address, { method: "POST", body: new FormData() }).catch(() => {});
  });
}
