// A page that is loaded anew once it says something else: data-url answers with the version of what
// it shows, data-version is the one that it was made from. Nothing that is being written gets lost.

const EVERY_MS = 1500;

export default function fresh(element) {
  const isBusy = () => Array.from(element.querySelectorAll("textarea, input[type=text]")).some((field) => field.value);

  const ask = async () => {
    if (!document.hidden && !isBusy()) {
      try {
        const answer = await fetch(element.dataset.url, { headers: { Accept: "application/json" } });
        const said = answer.ok ? await answer.json() : {};
        if (said.version && said.version !== element.dataset.version && !isBusy()) {
          location.reload();
          return;
        }
      } catch (error) {
        // The network is away: what is shown stays, and is asked for again.
      }
    }
    setTimeout(ask, EVERY_MS);
  };

  setTimeout(ask, EVERY_MS);
}
