// The fields of a question: options chosen, a text typed, or parts that get an answer each.
function isPrediction(section) {
  return section.dataset.kind === "prediction";
}

function numberField(section) {
  return section.querySelector("[data-number]");
}

function typedField(section) {
  return section.querySelector("[data-typed]");
}

function partFields(section) {
  return Array.from(section.querySelectorAll("[data-part]"));
}

function isTyped(field) {
  return field.matches("textarea, input:not([type=radio]):not([type=checkbox])");
}

function hasText(section) {
  return Array.from(section.querySelectorAll("[data-typed],[data-part],[data-number]")).some(isTyped);
}

// No database takes NUL or half a sign.
function clean(text) {
  return text.replace(/\0/g, "").replace(/[\uD800-\uDFFF]/gu, "");
}

// Parts as the server writes them: by id, empty ones left out.
function writeParts(found) {
  const ids = Object.keys(found).filter((id) => found[id]).sort();
  return ids.length ? `{${ids.map((id) => `${JSON.stringify(id)}:${JSON.stringify(found[id])}`).join(",")}}` : "";
}

function readParts(answer) {
  try {
    return JSON.parse(answer || "{}") || {};
  } catch (error) {
    return {};
  }
}

function readFields(fields) {
  const found = {};
  for (const field of fields) {
    if (field.type !== "radio") found[field.dataset.part] = clean(field.value).trim();
    else if (field.checked) found[field.dataset.part] = field.value;
  }
  return writeParts(found);
}

function readAnswer(section) {
  if (isPrediction(section)) return parseNumber(numberField(section));
  const field = typedField(section);
  if (field) return field.value.trim() ? clean(field.value) : "";
  const fields = partFields(section);
  if (fields.length) return readFields(fields);
  return Array.from(section.querySelectorAll(".option input:checked"), (input) => input.value).sort().join(",");
}

function showAnswer(section, answer) {
  const field = typedField(section);
  const fields = partFields(section);
  if (isPrediction(section)) numberField(section).value = asNumber(answer);
  else if (field) field.value = answer;
  else if (fields.length) showParts(fields, readParts(answer));
  else {
    const chosen = answer.split(",");
    for (const input of section.querySelectorAll(".option input")) input.checked = chosen.includes(input.value);
  }
  showTyped(section);
}

function showParts(fields, given) {
  for (const field of fields) {
    const value = given[field.dataset.part] || "";
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
}

// How many parts a question has, and how many of them have an answer; none for other questions.
function countParts(section) {
  const total = new Set(partFields(section).map((field) => field.dataset.part)).size;
  return { n: Object.keys(readParts(total ? current.get(positionOf(section)).answer : "")).length, total };
}

// A place taken from another part goes to it in exchange. The arrows come by places of others on
// their way: those get them back, so places count as they stood when the focus came to the field.
let placing = { field: null, places: {} };

function exchangePlaces(section, field) {
  if (!field.closest("[data-places]")) return;
  if (placing.field !== field) {
    placing = { field, places: readParts(current.get(positionOf(section)).answer) };
    field.addEventListener("blur", () => (placing = { field: null, places: {} }), { once: true });
  }
  const { places } = placing;
  for (const other of partFields(section)) {
    if (other === field) continue;
    const before = places[other.dataset.part] || "";
    other.value = before && before === field.value ? places[field.dataset.part] || "" : before;
  }
}

function countWords(text) {
  return (text.match(/\S+/g) || []).length;
}

// Said while typing: how many words, and that a number does not read as one.
function showTyped(section) {
  const field = typedField(section);
  const line = section.querySelector("[data-words]");
  if (line) {
    const n = countWords(field.value);
    const { least, most } = line.dataset;
    const off = n < Number(least) ? "short" : Number(most) && n > Number(most) ? "over" : "words";
    write(line, fill(line.dataset[off], { n, m: off === "short" ? least - n : n - most }));
  }
  if (field && field.matches("[data-numeric]")) showFault(field, !readsAsNumber(field.value));
}

function readsAsNumber(text) {
  const bare = text.replace(/\s/g, "").replace(/^[\u2212\u2013]/, "-").replace(/%$/, "");
  return bare === "" || /^[+-]?\d+([.,]\d+)*([eE][+-]?\d{1,2})?$/.test(bare);
}

function showFault(field, wrong) {
  const error = `${field.id}-error`;
  const notes = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id !== error);
  field.setAttribute("aria-describedby", (wrong ? notes.concat(error) : notes).join(" ").trim());
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  show(part(error), wrong);
}
