// Starts the behaviours that a page names: <div data-behaviour="combobox"> loads
// behaviours/combobox.js and calls what it exports with the element. Pages work without it.

export function start(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(" ")) {
      import("./behaviours/" + name + ".js").then((module) => module.default(element));
    }
  }
}

start(document);
