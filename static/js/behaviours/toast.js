// A toast leaves after six seconds, but not while somebody points at it or is inside it.

const STAY_MS = 6000;

export default function toast(element) {
  let timer = 0;
  const stay = () => clearTimeout(timer);
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => element.remove(), STAY_MS);
  };
  element.classList.remove("toast--static");
  element.addEventListener("pointerenter", stay);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("focusin", stay);
  element.addEventListener("focusout", leave);
  leave();
}
