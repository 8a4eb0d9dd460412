// The receipts: what the server wrote down of each question and when, shown and kept.
// They stay in the journal until the results are out; the receipt page shows them, too.
function newestOf(isWanted) {
  const newest = new Map();
  for (const change of written) if (isWanted(change)) newest.set(change.slot, change);
  return Array.from(newest.values()).sort((a, b) => a.slot - b.slot);
}

function receiptWords({ slot, saved, receipt }) {
  const section = sectionAt(slot);
  const digits = receipt.replace(/(.{4})(?=.)/g, "$1 ");
  return [section ? section.dataset.where : slot, saved ? civil(Date.parse(saved)) : "", digits];
}

function showReceipts() {
  const found = newestOf((change) => change.receipt);
  part("receipt-list").replaceChildren(...found.map((change) => {
    const row = part("receipt-row").content.firstElementChild.cloneNode(true);
    receiptWords(change).forEach((text, n) => write(row.children[n], text));
    return row;
  }));
  write(part("receipts-title"), say("receipts", { n: found.length }));
  show(part("receipts"), found.length > 0);
}

function saveReceipts() {
  const lines = newestOf((change) => change.receipt).map((change) => receiptWords(change).join("\t"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${[words.receiptsTitle, ...lines].join("\r\n")}\r\n`], { type: "text/plain" }));
  link.download = "bien-nhan.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// What arrived after the grace: the server keeps it, and only people can make it count.
function lateSlots() {
  return newestOf((change) => change.verdict && isOwn(change) && change.verdict === "closed");
}

function showLate() {
  const count = lateSlots().length;
  write(part("late"), say("late", { n: count }));
  show(part("notice-late"), count > 0);
}
