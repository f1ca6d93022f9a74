// Notices of new mail: one for each conversation; none while a window of the account is in sight.
const windows = () => self.clients.matchAll({ type: "window" });

async function show({ title, body, tag, url }) {
  if ((await windows()).some(({ visibilityState }) => visibilityState === "visible")) return;
  const [icon, badge] = ["img/icon-192.png", "img/badge-96.png"].map((name) => SHELL.files.find((path) => path.endsWith(name)));
  await self.registration.showNotification(title, { body, tag, icon, badge, renotify: true, data: { url } });
}

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

async function follow(url) {
  const [open] = await windows();
  if (!open) return self.clients.openWindow(url);
  await open.focus();
  return open.postMessage({ type: "open", url });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(follow(event.notification.data.url));
});
