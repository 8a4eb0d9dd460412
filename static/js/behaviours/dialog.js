// A link whose target page is also in this page as <dialog>: opens it here, where the browser can.

export default function dialog(opener) {
  const box = document.getElementById(opener.dataset.dialog);
  if (!box || typeof box.showModal !== "function") return;
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    box.showModal();
  });
  for (const button of box.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => box.close());
  }
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  box.addEventListener("close", () => opener.focus());
}
