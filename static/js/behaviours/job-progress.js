// Asks for the progress of a job until it ends: {"state", "progress", "text"}; then reloads the
// page, which shows what came of it. An unanswered question is asked again, more and more slowly.

const FIRST_MS = 1000;
const SLOWEST_MS = 15000;

export default function jobProgress(element) {
  const bar = element.querySelector("progress");
  const words = element.querySelector("[data-words]");
  let wait = FIRST_MS;

  const show = (job) => {
    if (typeof job.progress === "number") bar.value = job.progress;
    if (job.text && words.textContent !== job.text) words.textContent = job.text;
  };
  const ask = async () => {
    try {
      const answer = await fetch(element.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const job = await answer.json();
      show(job);
      if (job.state !== "queued" && job.state !== "running") {
        location.assign(job.next || location.href);
        return;
      }
      wait = FIRST_MS;
    } catch (error) {
      wait = Math.min(wait * 2, SLOWEST_MS);
    }
    setTimeout(ask, wait);
  };

  setTimeout(ask, wait);
}
