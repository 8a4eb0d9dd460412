// The rules of a round in words, beside its form: asked again a moment after every change. The
// answer is {"sentences": [text], "remarks": [{"level", "text"}]}; only text is put into the page.

const PAUSE_MS = 400;

export default function roundPreview(form) {
  const sentences = form.querySelector("[data-sentences]");
  const remarks = form.querySelector("[data-remarks]");
  let waiting = 0;
  let asked = 0;

  const paragraph = (text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  };
  const remarkBox = (remark) => {
    const template = form.querySelector('template[data-level="' + remark.level + '"]');
    const box = template.content.firstElementChild.cloneNode(true);
    box.querySelector("div").textContent = remark.text;
    return box;
  };
  const ask = async () => {
    const number = ++asked;
    try {
      const body = new FormData(form);
      body.delete("act");
      const answer = await fetch(form.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || number !== asked) return;
      const said = await answer.json();
      if (said.sentences.length > 0) sentences.replaceChildren(...said.sentences.map(paragraph));
      remarks.replaceChildren(...said.remarks.map(remarkBox));
    } catch (error) {
      // The words stay as they were; saving says what is wrong.
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
}
