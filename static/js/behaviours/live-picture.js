// Shows a form as a picture of what it makes: asks for it anew when something was changed.

const PAUSE = 500;

export default function livePicture(form) {
  const picture = document.getElementById(form.dataset.picture);
  let waiting = 0;

  function show() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrf_token") fields.append(name, value);
    }
    picture.src = form.dataset.url + "?" + fields;
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
}
