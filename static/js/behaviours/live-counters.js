// Figures that stay fresh: asks every five seconds while the page is seen, and puts each value of
// the answer where data-figure names it.

const EVERY_MS = 5000;
const SLOWEST_MS = 60000;

export default function liveCounters(element) {
  let wait = EVERY_MS;

  const show = (figures) => {
    for (const place of element.querySelectorAll("[data-figure]")) {
      const value = figures[place.dataset.figure];
      if (value !== undefined && place.textContent !== String(value)) place.textContent = value;
    }
  };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(element.dataset.url, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        show(await answer.json());
        wait = EVERY_MS;
      } catch (error) {
        wait = Math.min(wait * 2, SLOWEST_MS);
      }
    }
    setTimeout(ask, wait);
  };

  setTimeout(ask, wait);
}
