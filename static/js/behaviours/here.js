// Brings the current one of a row of links into view, where the row is wider than the screen.

export default function here(row) {
  const current = row.querySelector("[aria-current]");
  if (!current) return;
  const [mine, its] = [row.getBoundingClientRect(), current.getBoundingClientRect()];
  row.scrollLeft += its.left + its.width / 2 - (mine.left + mine.width / 2);
}
