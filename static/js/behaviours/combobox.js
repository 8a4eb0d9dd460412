// Choosing one of many by typing (ARIA 1.2 combobox with a listbox). Asks data-url?q= for
// {"groups": [{"label", "options": [{"id", "text", "note"}]}]}. The words are in data-*; what was
// chosen goes into the hidden field. Without a script the field is searched by the form's button.

const WAIT_MS = 200;

export default function combobox(element) {
  const field = element.querySelector("[data-field]");
  const chosen = element.querySelector("[data-chosen]");
  const list = element.querySelector("[data-list]");
  const status = element.querySelector("[data-status]");
  const words = element.dataset;
  let active = -1;
  let asked = 0;
  let timer = 0;

  const options = () => Array.from(list.querySelectorAll("[role=option]"));

  const close = () => {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const open = () => {
    list.hidden = false;
    list.setAttribute("role", "listbox");
    field.setAttribute("aria-expanded", "true");
  };

  const move = (to) => {
    const all = options();
    if (!all.length) return;
    active = (to + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    field.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };

  const choose = (option) => {
    field.value = option.dataset.text;
    chosen.value = option.dataset.id;
    close();
    status.textContent = "";
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const say = (text) => {
    close();
    list.removeAttribute("role");
    list.replaceChildren(line(text));
    list.hidden = false;
    status.textContent = text;
  };

  const show = (answer, query) => {
    const groups = answer.groups || [{ options: answer.options || [] }];
    const drawn = groups.filter((group) => group.options.length).map((group) => {
      return drawGroup(group, query);
    });
    active = -1;
    field.removeAttribute("aria-activedescendant");
    if (!drawn.length) {
      say(words.none);
      return;
    }
    list.replaceChildren(...drawn);
    options().forEach((option, i) => { option.id = list.id + "-" + i; });
    open();
    status.textContent = words.found.replace("{n}", String(options().length));
  };

  const ask = async () => {
    const query = field.value.trim();
    const turn = ++asked;
    if (!query) {
      close();
      return;
    }
    say(words.loading);
    try {
      const address = words.url + (words.url.includes("?") ? "&" : "?") + "q=";
      const answer = await fetch(address + encodeURIComponent(query), {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (turn === asked) show(found, query);
    } catch (error) {
      if (turn === asked) say(words.failed);
    }
  };

  const keys = {
    ArrowDown: () => (list.hidden ? ask() : move(active + 1)),
    ArrowUp: () => move(active < 0 ? -1 : active - 1),
    Enter: () => choose(options()[active]),
    Escape: close,
  };

  field.addEventListener("input", () => {
    chosen.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.isComposing) return;
    if (event.key === "Enter" && (list.hidden || active < 0)) return;
    if (event.key !== "ArrowDown" && list.hidden) return;
    event.preventDefault();
    act();
  });
  field.addEventListener("blur", () => {
    asked++;
    clearTimeout(timer);
    close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
    // A remark covers what stands below it: touching it takes it away.
    else if (!list.hasAttribute("role")) close();
  });

  chosen.disabled = false;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  for (const plain of element.querySelectorAll("[data-plain]")) plain.remove();
}

function line(text) {
  const words = document.createElement("div");
  words.className = "listbox__group";
  words.textContent = text;
  return words;
}

function drawGroup(group, query) {
  const box = document.createElement("div");
  if (group.label) {
    const label = line(group.label);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", group.label);
    label.setAttribute("aria-hidden", "true");
    box.append(label);
  } else {
    box.setAttribute("role", "presentation");
  }
  for (const option of group.options) box.append(drawOption(option, query));
  return box;
}

function drawOption(option, query) {
  const row = document.createElement("div");
  const words = document.createElement("span");
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.dataset.id = option.id;
  row.dataset.text = option.text;
  words.append(...marked(option.text, query));
  if (option.note) {
    const note = document.createElement("span");
    note.className = "sub";
    note.append(...marked(option.note, query));
    words.append(note);
  }
  row.append(words);
  return row;
}

// One letter without its marks, so that positions in the folded text are positions in the text.
function plain(letter) {
  return letter.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace("\u0111", "d")[0];
}

function marked(text, query) {
  const letters = Array.from(text.normalize("NFC"));
  const folded = letters.map(plain).join("");
  const sought = Array.from(query.normalize("NFC")).map(plain).join("");
  const at = folded.indexOf(sought);
  if (at < 0 || folded.length !== letters.length) return [document.createTextNode(text)];
  const hit = document.createElement("mark");
  hit.textContent = letters.slice(at, at + sought.length).join("");
  return [
    document.createTextNode(letters.slice(0, at).join("")),
    hit,
    document.createTextNode(letters.slice(at + sought.length).join("")),
  ];
}
