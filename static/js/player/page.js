// The page as the server sent it: its configuration, its words, its parts.
// Every word a person reads comes from the template; {name} marks a place in it.
const config = JSON.parse(document.getElementById("attempt-config").textContent);
const words = document.getElementById("words").dataset;
const sections = Array.from(document.querySelectorAll("[data-slot]"));
const items = sections.filter((section) => section.dataset.kind === "item");

function part(id) {
  return document.getElementById(id);
}

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function say(name, values = {}) {
  return fill(words[name], values);
}

function show(element, visible) {
  if (element) element.toggleAttribute("hidden", !visible);
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function positionOf(section) {
  return Number(section.dataset.slot);
}

function sectionAt(position) {
  return sections.find((section) => positionOf(section) === position);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// The one live region: state changes and the last minutes, never every save.
function announce(text) {
  part("announcer").textContent = text;
}
