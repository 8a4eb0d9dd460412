// The review before submitting, made from what this page knows.
function reviewRow(section, text, action) {
  const row = part("review-row").content.firstElementChild.cloneNode(true);
  const link = row.querySelector("a");
  write(row.querySelector("b"), section.dataset.where);
  write(row.querySelector(".sub"), text);
  show(row.querySelector(".badge"), isFlagged(section));
  write(link, fill(action, { n: positionOf(section) }));
  link.href = section.dataset.address;
  link.dataset.go = section.dataset.slot;
  return row;
}

function shortStem(section) {
  const stem = section.querySelector("[data-stem]").textContent.replace(/\s+/g, " ").trim();
  return stem.length > 72 ? `${stem.slice(0, stem.lastIndexOf(" ", 70)).replace(/\W$/, "")}…` : stem;
}

function predictionRow(section) {
  const answer = current.get(positionOf(section)).answer;
  return reviewRow(section, answer ? asNumber(answer) : words.noNumber, answer ? words.editNumber : words.giveNumber);
}

function reviewRows() {
  const open = items.filter((section) => !isAnswered(section));
  const marked = items.filter((section) => isAnswered(section) && isFlagged(section));
  return [
    ...open.map((section) => reviewRow(section, shortStem(section), words.doItem)),
    ...marked.map((section) => reviewRow(section, say("answered", { key: keysOf(section) }), words.seeItem)),
    ...sections.filter(isPrediction).map(predictionRow),
  ];
}

function reviewTitle() {
  const open = items.filter((section) => !isAnswered(section)).length;
  return open ? say("openItems", { n: open }) : say("allItems", { n: items.length });
}

function showReview() {
  noteTyped();
  reviewing = true;
  closeGrid();
  write(part("title-review"), reviewTitle());
  const rows = reviewRows();
  part("review-list").replaceChildren(...rows);
  show(part("review-list"), rows.length > 0);
  showPlace();
  part("heading").focus();
}
