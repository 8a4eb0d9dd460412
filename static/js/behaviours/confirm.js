// A question in <details> before an act that cannot be undone: shown as a modal dialog where the
// browser has one, opened in place where it has not. The form inside is the same.

export default function confirm(details) {
  const opener = details.querySelector("summary");
  const question = details.querySelector("[data-question]");
  const box = document.createElement("dialog");
  if (typeof box.showModal !== "function") return;
  const title = question.querySelector("h2, h3");
  box.className = "dialog";
  box.setAttribute("aria-labelledby", title.id);
  question.classList.remove("card");
  box.append(question);
  details.after(box);
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    box.showModal();
  });
  box.querySelector("[data-close]").addEventListener("click", (event) => {
    event.preventDefault();
    box.close();
  });
  box.addEventListener("close", () => opener.focus());
  if (question.querySelector("[aria-invalid='true']")) box.showModal();
}
