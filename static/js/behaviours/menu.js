// A menu in <details>: Escape and a click elsewhere close it, leaving it by Tab as well.

export default function menu(details) {
  const close = (event) => {
    if (!details.contains(event.target)) details.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}
