// The seats of a room, kept fresh: asks every few seconds whether anything changed, puts what did
// where data-cell names it, and counts the time left down by itself. Words come with the answer.

const EVERY_MS = 4000;
const SLOWEST_MS = 30000;
const SECOND = 1000;

function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

export default function seatBoard(board) {
  const ahead = Date.parse(board.dataset.now) - Date.now();
  const rows = new Map();
  for (const cell of board.querySelectorAll("[data-seat]")) rows.set(cell.dataset.seat, cell.closest("tr"));
  const [stale, changed] = [board.querySelector("[data-stale]"), board.querySelector("[data-changed]")];
  let [wait, tag] = [EVERY_MS, ""];

  const put = (place, words) => {
    if (place && place.textContent !== words) place.textContent = words;
  };
  const showSeat = (row, seat) => {
    for (const cell of row.querySelectorAll("[data-cell]")) {
      const name = cell.dataset.cell;
      if (name === "state") cell.className = seat.kind ? `badge badge--${seat.kind}` : "badge";
      if (name === "left") cell.dataset.ends = seat.ends;
      if (name !== "left" || !seat.ends) put(cell, seat[name]);
    }
  };
  const tick = () => {
    for (const cell of board.querySelectorAll("[data-ends]")) {
      const ends = Date.parse(cell.dataset.ends);
      if (ends) put(cell, clock(Math.max(0, Math.floor((ends - Date.now() - ahead) / SECOND))));
    }
  };
  const show = (told) => {
    const seats = Object.entries(told.seats);
    for (const [id, seat] of seats) if (rows.has(id)) showSeat(rows.get(id), seat);
    for (const place of board.querySelectorAll("[data-count]")) put(place, told.counts[place.dataset.count]);
    changed.hidden = seats.length === rows.size && seats.every(([id]) => rows.has(id));
    tick();
  };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
        const answer = await fetch(board.dataset.url, { headers, cache: "no-store" });
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(String(answer.status));
          show(await answer.json());
          tag = answer.headers.get("ETag") || "";
        }
        [wait, stale.hidden] = [EVERY_MS, true];
      } catch (error) {
        [wait, stale.hidden] = [Math.min(wait * 2, SLOWEST_MS), false];
      }
    }
    setTimeout(ask, wait);
  };

  setInterval(tick, SECOND);
  setTimeout(ask, wait);
}
