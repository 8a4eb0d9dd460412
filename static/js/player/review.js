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
  const stem = section.querySelector("[data-stem]");
  return shortened(stem.dataset.stem || stem.textContent);
}

function shortened(text) {
  const stem = text.replace(/\s+/g, " ").trim();
  return stem.length > 72 ? `${stem.slice(0, stem.lastIndexOf(" ", 70)).replace(/\W$/, "")}…` : stem;
}

function predictionRow(section) {
  const answer = current.get(positionOf(section)).answer;
  return reviewRow(section, answer ? asNumber(answer) : words.noNumber, answer ? words.editNumber : words.giveNumber);
}

function reviewRows() {
  const open = items.filter((section) => !isAnswered(section));
  const begun = items.filter((section) => isAnswered(section) && countParts(section).n < countParts(section).total);
  const marked = items.filter((section) => isAnswered(section) && isFlagged(section) && !begun.includes(section));
  return [
    ...open.map((section) => reviewRow(section, shortStem(section), words.doItem)),
    ...begun.concat(marked).map((section) => reviewRow(section, answeredWords(section), words.seeItem)),
    ...sections.filter(isPrediction).map(predictionRow),
  ];
}

// What was answered, as short as a list shows it.
function answeredWords(section) {
  const { answer } = current.get(positionOf(section));
  const { n, total } = countParts(section);
  if (total) return say(n < total ? "answeredInPart" : "answeredInFull", { n, total });
  if (section.querySelector("[data-essay]")) return say("answered", { key: say("wordCount", { n: countWords(answer) }) });
  return say("answered", { key: typedField(section) ? shortened(answer) : keysOf(section) });
}

function reviewTitle() {
  const open = items.filter((section) => !isAnswered(section)).length;
  return open ? say("openItems", { n: open }) : say("allItems", { n: items.length });
}

function showReview() {
  noteTyped();
  reviewing = true;
  closeDialogs();
  write(part("title-review"), reviewTitle());
  const rows = reviewRows();
  showReceipts();
  part("review-list").replaceChildren(...rows);
  show(part("review-list"), rows.length > 0);
  showPlace();
  part("heading").focus();
}
