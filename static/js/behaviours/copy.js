// Copies the field before the button; without a clipboard (plain HTTP) selects it and copies the
// old way. The button says for a moment that it is done.

const SAY_MS = 2500;

export default function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.querySelector("[data-words]");
  const before = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(field.value);
    } else {
      field.select();
      document.execCommand("copy");
    }
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, SAY_MS);
  });
}
