// A new version takes over at once; the files of the one before stay for the pages that are open.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL.files)));
});

async function settle() {
  const versions = (await caches.keys()).filter((name) => name.startsWith("files-"));
  const old = versions.filter((name) => name !== FILES).slice(0, -1);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(settle()));
