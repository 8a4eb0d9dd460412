// Rows of a form are added, moved and taken away, and the preview follows, without a new page: the
// form is sent as its button would send it, and the parts marked data-live come from the answer.
// The answer is parsed by the browser's own reader of documents; nothing in it runs.

const PAUSE_MS = 900;
const TIMEOUT_MS = 30000;

export default function formInPlace(form) {
  let waiting = 0;
  let asked = 0;

  const send = (body, whenDone) => {
    const number = ++asked;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.timeout = TIMEOUT_MS;
    request.onload = () => {
      if (number === asked) whenDone(request.response);
    };
    request.onerror = request.ontimeout = () => whenDone(null);
    request.send(body);
  };

  const replace = (answer, wanted) => {
    for (const part of form.querySelectorAll(wanted)) {
      const fresh = answer.getElementById(part.id);
      if (fresh) part.replaceWith(document.importNode(fresh, true));
    }
  };

  const names = () => new Set([...form.querySelectorAll("[name]")].map((field) => field.name + field.type));
  const visible = (field) => field.type !== "hidden" && field.type !== "submit" && !field.closest("[data-aside]");

  // Where the person goes on: in the new row, at the button that moved along, or beside the gap.
  const goOn = (act, before) => {
    const [verb, place] = [act.replace(/-?\d+$/, ""), Number((/\d+$/.exec(act) || [0])[0])];
    const button = (value) => form.querySelector('button[name="act"][value="' + value + '"]:not(:disabled)');
    let target = null;
    if (/add/.test(verb)) {
      target = [...form.querySelectorAll("[name]")].find((field) => visible(field) && !before.has(field.name + field.type));
    } else if (/up$/.test(verb)) {
      target = button(verb + "-" + (place - 1)) || button(verb.replace(/up$/, "down") + "-" + (place - 1));
    } else if (/down$/.test(verb)) {
      target = button(verb + "-" + (place + 1)) || button(verb.replace(/down$/, "up") + "-" + (place + 1));
    } else if (/remove/.test(verb)) {
      target = button(act) || button(verb + "-" + (place - 1)) || button(verb.replace("remove", "add"));
    }
    target = target || button(act);
    if (target) target.focus();
  };

  const actNow = (button) => {
    clearTimeout(waiting);
    const before = names();
    if (button.dataset.gap) markGap(button.dataset.gap);
    const body = new FormData(form);
    body.append("act", button.value);
    button.setAttribute("aria-busy", "true");
    send(body, (answer) => {
      button.removeAttribute("aria-busy");
      const stem = answer && answer.querySelector('[name="stem"]');
      if (!stem) {
        // Not the page of the form: let the browser show what it is.
        plainly(button);
        return;
      }
      replace(answer, "[data-live]");
      if (/gap/.test(button.value)) form.elements.stem.value = stem.value;
      goOn(button.value, before);
    });
  };

  const plainly = (button) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "act";
    field.value = button.value;
    form.append(field);
    form.submit();
  };

  const markGap = (number) => {
    const stem = form.elements.stem;
    const mark = "[[" + number + "]]";
    if (stem.value.includes(mark)) return;
    stem.setRangeText(mark, stem.selectionStart, stem.selectionEnd, "end");
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="act"]');
    if (!button || event.defaultPrevented) return;
    event.preventDefault();
    actNow(button);
  });

  form.addEventListener("input", (event) => {
    if (event.target.closest('[data-live="look"]') || event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const body = new FormData(form);
      body.delete("file");
      body.append("act", "preview");
      send(body, (answer) => {
        if (answer && answer.querySelector('[name="stem"]')) replace(answer, '[data-live="look"]');
      });
    }, PAUSE_MS);
  });
}
