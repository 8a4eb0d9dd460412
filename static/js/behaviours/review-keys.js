// The shortcuts of the review: D goes to the button that passes, T to the reason for returning,
// ← and → to the neighbours. None of them decides anything; they are silent in text fields and
// can be switched off, here or where an attempt begins.

const KEY = "chungtay:shortcuts";
const TYPED = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";
const KEYS = { d: "pass", t: "return", ArrowLeft: "before", ArrowRight: "after" };

export default function reviewKeys(page) {
  const box = page.querySelector("#shortcuts");
  if (box) {
    box.checked = stored() !== "off";
    box.addEventListener("change", () => store(box.checked ? "on" : "off"));
    for (const part of page.querySelectorAll("[data-scripted]")) part.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (box ? !box.checked : stored() === "off") return;
    const focused = document.activeElement;
    if ((focused && focused.matches(TYPED)) || document.querySelector("dialog[open]")) return;
    const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const target = name && page.querySelector(`[data-key="${name}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "A") target.click();
    else target.focus();
  });
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch (error) {
    return null; // storage is closed: the shortcuts are on until they are switched off
  }
}

function store(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch (error) {
    // Nothing is kept then; the switch holds for this page.
  }
}
