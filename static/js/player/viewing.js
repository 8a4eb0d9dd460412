// How the page looks to this person: size of letters, colours, the clock. Kept in a cookie, so that
// it holds after a reload without network, and sent to the account for other machines.
const VIEW = /(?:^|; )view=([\w.]+)/;
const PLAIN = { size: "100", theme: "plain", timer: "shown" };
const YEAR = 31536000;

function applyView(view) {
  for (const name of Object.keys(PLAIN)) {
    if (view[name] === PLAIN[name]) delete document.documentElement.dataset[name];
    else document.documentElement.dataset[name] = view[name];
  }
}

function shownView() {
  return { ...PLAIN, ...document.documentElement.dataset };
}

// The page may be an old copy: what was chosen since is in the cookie.
function recallView() {
  const [, kept] = document.cookie.match(VIEW) || [];
  const [size, theme, timer] = kept ? kept.split(".") : [];
  if (timer) applyView({ size, theme, timer });
  const view = shownView();
  for (const input of part("view-form").querySelectorAll("[type=radio]")) input.checked = view[input.name] === input.value;
  part("view-timer").checked = view.timer === "hidden";
}

function chooseView() {
  const form = part("view-form");
  const { size, theme } = Object.fromEntries(new FormData(form));
  const view = { size, theme, timer: part("view-timer").checked ? "hidden" : "shown" };
  applyView(view);
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `view=${size}.${theme}.${view.timer}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
}

function toggleTimer() {
  const box = part("view-timer");
  box.checked = !box.checked;
  chooseView();
  announce(box.checked ? words.timerHidden : say("left", { time: spoken(secondsLeft()) }));
}

function openView(event) {
  if (!part("view").showModal) return;
  if (event) event.preventDefault();
  openDialog("view");
}

function openKeymap(event) {
  if (!part("keymap").showModal) return;
  if (event) event.preventDefault();
  openDialog("keymap");
}
