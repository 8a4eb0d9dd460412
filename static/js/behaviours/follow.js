// A screen that nobody touches: asks for its own page again every data-every milliseconds, and when
// its version has changed, puts the parts marked data-live in the place of those that are there.

const PATIENCE = 3;
const TIMEOUT_MS = 20000;

export default function follow(body) {
  const every = Number(body.dataset.every);
  const lost = body.querySelector("[data-lost]");
  let version = '"' + body.dataset.version + '"';
  let failed = 0;
  let timer = 0;

  const show = (answer) => {
    if (!answer || !answer.body || answer.body.dataset.behaviour !== body.dataset.behaviour) return false;
    for (const part of body.querySelectorAll("[data-live]")) {
      const fresh = answer.getElementById(part.id);
      if (fresh) part.replaceWith(document.importNode(fresh, true));
    }
    return true;
  };
  // What the server says is new, what it says is not, and everything else, are three things.
  const heard = (request) => {
    const isNew = request.status === 200 && show(request.response);
    if (isNew) version = request.getResponseHeader("ETag") || version;
    failed = isNew || request.status === 304 ? 0 : failed + 1;
    lost.hidden = failed < PATIENCE;
    again();
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, every);
  };
  const ask = () => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.setRequestHeader("If-None-Match", version);
    request.responseType = "document";
    request.timeout = TIMEOUT_MS;
    request.onload = request.onerror = request.ontimeout = () => heard(request);
    request.send();
  };

  addEventListener("online", () => { clearTimeout(timer); ask(); });
  again();
}
