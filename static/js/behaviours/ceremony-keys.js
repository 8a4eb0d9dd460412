// The keys of a ceremony's operator press the buttons of the page: data-key names those of each.
// Once they are listened to, data-heard says so.

export default function ceremonyKeys(element) {
  let pressed = false;

  addEventListener("keydown", (event) => {
    if (pressed || event.altKey || event.metaKey || event.target.closest("input, select, textarea, summary, a")) return;
    const name = (event.ctrlKey ? "Ctrl+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const button = Array.from(element.querySelectorAll("button[data-key]")).find((one) => {
      return one.dataset.key.split(" ").includes(name === " " ? "Space" : name);
    });
    if (!button || button.disabled) return;
    event.preventDefault();
    // The page comes anew with what is then shown; a key held down is pressed once.
    pressed = true;
    button.click();
  });
  addEventListener("pageshow", () => { pressed = false; });
  element.dataset.heard = "";
}
