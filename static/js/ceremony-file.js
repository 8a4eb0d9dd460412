// The script of a ceremony taken along in a file: one scene is seen, and the keys go through them.
const scenes = Array.from(document.querySelectorAll("[data-step]"));
const stage = document.getElementById("man");
const keys = document.getElementById("phim");
let step = 0;
let typed = "";

function show(to) {
  step = Math.max(0, Math.min(scenes.length - 1, to));
  scenes.forEach((scene, at) => { scene.hidden = at !== step; });
  stage.classList.remove("dark");
  location.replace("#" + step);
}

const acts = {
  " ": () => show(step + 1),
  ArrowRight: () => show(step + 1),
  PageDown: () => show(step + 1),
  ArrowLeft: () => show(step - 1),
  PageUp: () => show(step - 1),
  Backspace: () => show(step - 1),
  Home: () => show(0),
  End: () => show(scenes.length - 1),
  b: () => stage.classList.toggle("dark"),
  ".": () => stage.classList.toggle("dark"),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  h: () => { keys.hidden = !keys.hidden; },
};

addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey || event.metaKey) return;
  if (event.ctrlKey && key !== "z") return;
  if (/^[0-9]$/.test(key)) {
    typed += key;
    return;
  }
  if (key === "Enter") {
    if (typed) show(Number(typed));
    typed = "";
    return;
  }
  typed = "";
  const act = event.ctrlKey ? acts.ArrowLeft : acts[key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A file that was reloaded goes on where it was.
show(Number(location.hash.slice(1)) || 0);
