// The form of the sheet that is open: filled, read, and what it says.
function formOf(sheet) {
  return Array.from(document.querySelectorAll("form[data-shape]")).find((form) => form.dataset.shape === sheet.shape);
}

function fieldOf(form, leaf) {
  return form.elements[`mark-${leaf.id}`];
}

function fillForm(sheet) {
  const form = formOf(sheet);
  for (const leaf of leavesOf(shapeOf(sheet))) {
    fieldOf(form, leaf).value = shownMark(leaf, sheet.mine.marks[leaf.id]);
    tellFault(fieldOf(form, leaf), "");
  }
  fillRemarks(form, sheet);
  form.elements.public_note.value = sheet.mine.public_note;
  form.elements.private_note.value = sheet.mine.private_note;
}

function fillRemarks(form, sheet) {
  for (const leaf of leavesOf(shapeOf(sheet))) {
    const { text = "", public: shared = false } = sheet.mine.remarks[leaf.id] || {};
    const field = form.elements[`remark-${leaf.id}`];
    field.value = text;
    form.elements[`shared-${leaf.id}`].checked = shared;
    field.closest("details").open = Boolean(text);
  }
}

function readRemarks(form, sheet) {
  const remarks = {};
  for (const leaf of leavesOf(shapeOf(sheet))) {
    const text = form.elements[`remark-${leaf.id}`].value;
    if (text.trim()) remarks[leaf.id] = { text, public: form.elements[`shared-${leaf.id}`].checked };
  }
  return remarks;
}

function tellFault(field, text) {
  const row = field.closest("[data-leaf]");
  const line = row.querySelector("[data-fault]");
  write(line.lastElementChild, text);
  show(line, Boolean(text));
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function readForm(sheet) {
  const form = formOf(sheet);
  const marks = {};
  for (const leaf of leavesOf(shapeOf(sheet))) {
    const field = fieldOf(form, leaf);
    const { mark, fault } = readMark(leaf, field.value);
    const bounds = { least: plain(leaf.least), most: plain(leaf.most), step: plain(leaf.step) };
    tellFault(field, fault ? say("bounds", bounds) : "");
    if (mark) marks[leaf.id] = mark;
  }
  const { public_note, private_note } = form.elements;
  return { marks, public_note: public_note.value, private_note: private_note.value, remarks: readRemarks(form, sheet) };
}

function typed(event) {
  const form = event.target.closest("form[data-shape]");
  const sheet = here && sheetWith(here);
  if (!form || !sheet || !isWritable(sheet)) return;
  sheet.mine = readForm(sheet);
  note(sheet);
  showAll();
  sendSoon(700);
}

function showHeader(sheet) {
  write(part("sheet-what"), sheet.title);
  write(part("sheet-who"), sheet.who);
  show(part("sheet-who"), Boolean(sheet.who));
  write(part("sheet-number"), say("where", { n: sheet.number, all: sheets.length }));
  part("sheet-files").replaceChildren(...sheet.files.map((file) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    Object.assign(link, { href: file.address, textContent: file.title, className: "link", target: "_blank", rel: "noopener" });
    row.append(link);
    return row;
  }));
  show(part("sheet-files"), sheet.files.length > 0);
  part("sheet-answers").replaceChildren(...sheet.said.map(([label, text]) => {
    const pair = document.createElement("div");
    for (const [name, className, words_] of [["dt", "sub", label], ["dd", "prose written", text]]) {
      pair.append(Object.assign(document.createElement(name), { className, textContent: words_ }));
    }
    return pair;
  }));
  show(part("sheet-said"), sheet.said.length > 0);
}

function markLines(sheet, { marks }) {
  return leavesOf(shapeOf(sheet)).map((leaf) => `${leaf.title} ${shownMark(leaf, marks[leaf.id]) || "–"}`).join("; ");
}

function showApart(sheet) {
  show(part("notice-apart"), Boolean(sheet.apart));
  if (!sheet.apart) return;
  write(part("apart-mine"), say("mine", { marks: markLines(sheet, sheet.apart) }));
  write(part("apart-theirs"), say("theirs", { marks: markLines(sheet, sheet) }));
}

// The judge says which of two drafts counts; both are on the server.
function decide(isMine) {
  const sheet = sheetWith(here);
  sheet.mine = copyOf(isMine ? sheet.apart : sheet);
  sheet.apart = null;
  fillForm(sheet);
  note(sheet);
  showAll();
  sendSoon(0);
}

function showSheet(sheet) {
  const form = formOf(sheet);
  for (const other of document.querySelectorAll("form[data-shape]")) show(other, other === form);
  form.querySelector("fieldset").disabled = !isWritable(sheet);
  const stands = stateOf(sheet);
  for (const name of ["locked", "signed", "recused"]) show(part(`notice-${name}`), stands === name);
  showApart(sheet);
  showTotals(sheet, form);
  showWaits(sheet, form);
  showBefore(sheet, form);
  show(part("foot"), isWritable(sheet));
  const question = document.querySelector("form[data-question]");
  if (question) question.action = `${sheet.address}/xung-dot`;
  for (const box of document.querySelectorAll("[data-declare]")) show(box, !isClosed(sheet));
}

function askToSign() {
  const sheet = sheetWith(here);
  const missing = missingIn(sheet);
  const wrong = formOf(sheet).querySelector("[aria-invalid='true']");
  if (missing.length || wrong) {
    complain(say("missing", { titles: missing.map((leaf) => leaf.title).join(", ") }));
    (wrong || fieldOf(formOf(sheet), missing[0])).focus();
    return;
  }
  show(part("notice-refused"), false);
  const total = figure(reckoned(sheet).total);
  write(part("ask-sign-words"), say("ask", { code: sheet.code, total, whole: plain(config.whole) }));
  const box = part("ask-sign");
  if (box.showModal) box.showModal();
  else if (confirm(part("ask-sign-words").textContent)) sign();
}

function sign() {
  const sheet = sheetWith(here);
  if (part("ask-sign").open) part("ask-sign").close();
  if (!isWritable(sheet)) return;
  note(sheet, true);
  const next = sheets.find((one) => one.number > sheet.number && isWritable(one)) || sheets.find(isWritable);
  go(next ? next.id : "", true);
  sendSoon(0);
}
