// A filter form is sent when a choice changes; its button is then not needed. Text waits for Enter.

export default function autosubmitFilter(form) {
  const button = form.querySelector("[data-submit]");
  if (button) button.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) form.submit();
  });
}
