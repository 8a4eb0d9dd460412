// The running total, by the weights of the rubric. The server reckons exactly; this is for the eye.
function leavesOf(criteria) {
  return criteria.flatMap((one) => (one.parts.length ? leavesOf(one.parts) : [one]));
}

function shapeOf(sheet) {
  return config.shapes[sheet.shape];
}

function counts(criterion, marks) {
  if (criterion.parts.length) return criterion.parts.some((part) => counts(part, marks));
  return criterion.required || criterion.id in marks;
}

function shareOut(criteria, whole, marks, sums) {
  const counted = criteria.filter((one) => Number(one.weight) > 0 && counts(one, marks));
  const weights = counted.reduce((sum, one) => sum + Number(one.weight), 0);
  let total = 0;
  for (const one of counted) {
    const share = (whole * Number(one.weight)) / weights;
    const least = Number(one.least);
    let got = 0;
    if (one.parts.length) got = shareOut(one.parts, share, marks, sums);
    else if (one.id in marks) got = (share * (Number(marks[one.id]) - least)) / (Number(one.most) - least);
    sums[one.id] = { got, share };
    total += got;
  }
  return total;
}

function reckoned(sheet) {
  const sums = {};
  const total = shareOut(shapeOf(sheet), Number(config.whole), sheet.mine.marks, sums);
  return { total, sums };
}

// Two places, half up, with the decimal comma.
function figure(number, places = 2) {
  const scale = 10 ** places;
  return (Math.round(number * scale + 1e-6) / scale).toFixed(places).replace(".", ",");
}

function plain(number) {
  return String(Number(number)).replace(".", ",");
}

function placesOf(leaf) {
  return (String(Number(leaf.step)).split(".")[1] || "").length;
}

function shownMark(leaf, mark) {
  return mark === undefined ? "" : figure(Number(mark), placesOf(leaf));
}

// What a field says: nothing, a mark, or what cannot be one.
function readMark(leaf, text) {
  const typed = text.trim().replace(",", ".");
  if (!typed) return { mark: "" };
  const number = Number(typed);
  const steps = (number - Number(leaf.least)) / Number(leaf.step);
  const fits = /^\d{1,6}(\.\d{1,9})?$/.test(typed) && Math.abs(steps - Math.round(steps)) < 1e-6;
  if (!fits || number < Number(leaf.least) || number > Number(leaf.most)) return { fault: true };
  return { mark: String(number) };
}

function missingIn(sheet) {
  return leavesOf(shapeOf(sheet)).filter((leaf) => leaf.required && !(leaf.id in sheet.mine.marks));
}
