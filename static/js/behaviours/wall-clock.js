// A clock on a screen, by the server's time: data-now is what that was when the page was made.

const SECOND_MS = 1000;

export default function wallClock(element) {
  const ahead = Date.parse(element.dataset.now) - Date.now();
  const form = new Intl.DateTimeFormat("vi", { timeStyle: "medium", timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23" });

  setInterval(() => {
    element.textContent = form.format(Date.now() + ahead);
  }, SECOND_MS);
}
