// A button that prints the page; hidden where there is no script.

export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
