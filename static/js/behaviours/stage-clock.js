// The clocks of performances, by the server's time: data-elapsed is what one showed at data-now.
// A clock counts on while data-running says so; data-limit and data-warned turn its lights, which
// the closest [data-light] shows. Clocks that come in later with a fresh page are found too.

const EVERY_MS = 200;

export default function stageClock(root) {
  const begun = new WeakMap();

  const show = (clock) => {
    if (!begun.has(clock)) begun.set(clock, performance.now());
    const limit = Number(clock.dataset.limit);
    const spent = clock.dataset.running === "1" ? performance.now() - begun.get(clock) : 0;
    const seconds = Math.floor((Number(clock.dataset.elapsed) + spent) / 1000);
    const text = written(limit && seconds > limit ? seconds - limit : seconds);
    if (clock.textContent !== text) clock.textContent = text;
    const lamp = clock.closest("[data-light]");
    const light = lightOf(seconds, limit, Number(clock.dataset.warned));
    if (lamp && lamp.dataset.light !== light) lamp.dataset.light = light;
    if (lamp && limit) cells(lamp, seconds / limit);
  };
  const tick = () => {
    for (const clock of root.querySelectorAll("[data-clock]")) show(clock);
  };

  setInterval(tick, EVERY_MS);
  tick();
}

function written(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  return two(Math.floor(seconds / 60)) + ":" + two(seconds % 60);
}

function lightOf(seconds, limit, warned) {
  if (seconds === 0) return "still";
  if (limit && seconds >= limit) return "red";
  return limit && limit - seconds <= warned ? "amber" : "green";
}

function cells(lamp, share) {
  const all = lamp.querySelectorAll(".ticks i");
  all.forEach((cell, at) => {
    const state = at < Math.min(1, share) * all.length ? "on" : "";
    if ((cell.dataset.s || "") !== state) cell.dataset.s = state;
  });
}
