// A list follows what is typed: the page of the form's address is fetched, and the part named by
// data-found is put in its place. Nothing in the answer runs. Enter still sends the form.

const PAUSE_MS = 250;

export default function searchAsYouType(form) {
  const field = form.querySelector("input[type=search]");
  const found = document.getElementById(form.dataset.found);
  if (!field || !found) return;
  let waiting = 0;
  let running = null;

  const address = () => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    return form.action + "?" + query;
  };

  const show = (answer) => {
    const fresh = answer && answer.getElementById(found.id);
    if (!fresh) return;
    const part = document.getElementById(found.id);
    part.replaceWith(document.importNode(fresh, true));
  };

  const ask = () => {
    if (running) running.abort();
    const target = address();
    running = new XMLHttpRequest();
    running.open("GET", target);
    running.responseType = "document";
    running.onload = () => {
      show(running.status === 200 ? running.response : null);
      history.replaceState(null, "", target);
    };
    running.send();
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
}
