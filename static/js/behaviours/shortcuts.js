// The switch for keyboard shortcuts: what the attempt page reads when it opens.

const KEY = "chungtay:shortcuts";

export default function shortcuts(label) {
  const box = label.querySelector("input");
  try {
    box.checked = localStorage.getItem(KEY) !== "off";
  } catch (error) {
    return; // storage is closed: the attempt page has a switch of its own
  }
  label.hidden = false;
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
}
