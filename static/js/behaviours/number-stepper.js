// The − and + of a number field. Takes a decimal comma or point, shows a comma, keeps the bounds.

export default function numberStepper(element) {
  const field = element.querySelector("input");
  const step = Number(element.dataset.step || 1);
  const least = element.dataset.min ? Number(element.dataset.min) : -Infinity;
  const most = element.dataset.max ? Number(element.dataset.max) : Infinity;
  const places = (String(step).split(".")[1] || "").length;

  for (const button of element.querySelectorAll("[data-by]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      const value = Number(field.value.trim().replace(",", ".")) || 0;
      const next = Math.min(most, Math.max(least, value + step * Number(button.dataset.by)));
      field.value = next.toFixed(places).replace(".", ",");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
