// Counts down to data-until by the server's clock: data-now is the server's time when the page was
// made. Parts are the elements marked data-part; a part is set only when its figure changes.

const UNITS = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];

export default function countdown(element) {
  const until = Date.parse(element.dataset.until);
  const ahead = Date.parse(element.dataset.now) - Date.now();
  let timer = 0;

  const tick = () => {
    let left = Math.max(0, Math.ceil((until - Date.now() - ahead) / 1000));
    if (left === 0) {
      clearInterval(timer);
      finish(element);
      return;
    }
    let label = element.dataset.label || "";
    for (const [name, size] of UNITS) {
      const part = element.querySelector("[data-part=" + name + "]");
      if (!part) continue;
      const figure = Math.floor(left / size);
      const text = String(figure).padStart(2, "0");
      if (part.textContent !== text) part.textContent = text;
      label = label.replace("{" + name + "}", String(figure));
      left %= size;
    }
    if (label !== element.getAttribute("aria-label")) element.setAttribute("aria-label", label);
  };

  timer = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();
}

function finish(element) {
  const words = element.dataset.over;
  if (!words || element.dataset.state === "over") return;
  element.dataset.state = "over";
  element.textContent = words;
  element.removeAttribute("aria-label");
}
