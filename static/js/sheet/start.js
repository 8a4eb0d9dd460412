// Putting it in motion.
const actions = {
  sign: askToSign,
  confirm: sign,
  cancel: () => part("ask-sign").close(),
  mine: () => decide(true),
  theirs: () => decide(false),
};

function listen() {
  document.addEventListener("click", (event) => {
    if (follow(event)) return;
    const button = event.target.closest("[data-act]");
    if (button) actions[button.dataset.act]();
  });
  for (const form of document.querySelectorAll("form[data-shape]")) {
    form.addEventListener("input", typed);
    form.addEventListener("submit", (event) => event.preventDefault());
    show(form.querySelector("[data-plain]"), false);
  }
  addEventListener("popstate", () => go(hereByAddress(), false));
  addEventListener("online", () => { failures = 0; sendSoon(0); });
  addEventListener("offline", () => noteReach(false));
  addEventListener("pagehide", sendOnHide);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? sendOnHide() : sendSoon(0)));
}

async function start() {
  observePage();
  await openJournal();
  minds(config.server_epoch, config.now);
  if (config.final) written.filter((one) => one.verdict === "kept").forEach(settled);
  recall();
  listen();
  go(hereByAddress(), false);
  noteReach(navigator.onLine);
  performance.mark("usable");
  sendSoon(0);
  if (document.readyState === "complete") keepShellSoon();
  else addEventListener("load", keepShellSoon);
}

function keepShellSoon() {
  setTimeout(keepShell, 1000);
}

start();
