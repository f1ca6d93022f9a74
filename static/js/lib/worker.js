// The service worker, which keeps mail and letters in this browser: questions and answers.

const worker = () => navigator.serviceWorker?.controller ?? null;

/** Ask it something; null where there is none, or where it failed. */
export function ask(type, data = {}) {
  const asked = worker();
  if (!asked) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: answer }) => resolve(answer?.failed ? null : answer);
    asked.postMessage({ type, ...data }, [port2]);
  });
}

/** Hear what it tells: `told({ type, … })`. */
export function listen(told) {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.type && told(data));
}

/** Have it at work; resolves when it is, and to false where a browser has none. */
export async function start() {
  if (!navigator.serviceWorker) return false;
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  if (worker()) return true;
  return new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", () => resolve(true), { once: true }));
}
