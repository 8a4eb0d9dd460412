// The service worker that answers for the attempt's page when there is no network.
const WORKER = "/sw.js";

export async function startWorker() {
  let address = WORKER;
  if (window.trustedTypes) {
    const createScriptURL = (asked) => {
      if (asked !== WORKER) throw new TypeError(asked);
      return asked;
    };
    address = trustedTypes.createPolicy("chungtay", { createScriptURL }).createScriptURL(WORKER);
  }
  await navigator.serviceWorker.register(address);
  return navigator.serviceWorker.ready;
}
