// From sheet to sheet and to the list, without asking the server.
function addressOf(id) {
  return id ? sheetWith(id).address : words.attempt;
}

function go(id, isNew) {
  here = id;
  if (isNew) history.pushState(null, "", addressOf(id));
  const sheet = id && sheetWith(id);
  for (const name of ["list", "at-list", "list-what"]) show(part(name), !sheet);
  for (const name of ["sheet", "at-sheet", "sheet-what", "beside"]) show(part(name), Boolean(sheet));
  write(part("title"), sheet ? sheet.code : words.round);
  if (!sheet) show(part("sheet-who"), false);
  show(part("foot"), false);
  document.title = (sheet ? `${say("titleSheet", { code: sheet.code })}` : "") + words.titleEnd.slice(sheet ? 0 : 3);
  if (sheet) {
    showHeader(sheet);
    fillForm(sheet);
  }
  showBeside(sheet);
  showAll();
  if (isNew) {
    part("title").focus();
    scrollTo(0, 0);
  }
}

function beside(sheet, by) {
  return sheets.find((one) => one.number === sheet.number + by);
}

function showBeside(sheet) {
  for (const link of document.querySelectorAll("#beside [data-go]")) {
    const by = Number(link.dataset.go);
    if (!sheet || !by) continue;
    const other = beside(sheet, by);
    show(link, Boolean(other));
    if (other) link.href = other.address;
  }
}

function follow(event) {
  const link = event.target.closest("[data-open], [data-go]");
  if (!link || event.metaKey || event.ctrlKey) return false;
  event.preventDefault();
  if (link.dataset.open) go(link.dataset.open, true);
  else if (link.dataset.go === "list") go("", true);
  else go(beside(sheetWith(here), Number(link.dataset.go)).id, true);
  return true;
}

function hereByAddress() {
  const found = sheets.find((sheet) => sheet.address === location.pathname);
  return found ? found.id : "";
}
