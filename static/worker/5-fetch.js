// Every request of the pages: files from what is kept, mail from the server while it answers.
const PATIENCE = 4000; // ms until a page that is kept is shown in place of one that doesn't come
const PAGES = /^\/(|mail\/.*|conversations\/\d+\/|messages\/\d+\/(body\/)?|search\/|compose\/|labels\/.*|settings\/.*|sign-in\/)$/;
const AWAY = new Set([502, 503, 504]); // what a gateway says of a server that is away

const isFile = ({ pathname }) => pathname.startsWith("/static/") || /^\/style\.\w+\.css$/.test(pathname);
const isMail = (request, url) => PAGES.test(url.pathname) && (request.mode === "navigate" || request.headers.has("HX-Request") || request.headers.has("X-Compose"));

async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    caches.open(FILES).then((cache) => cache.put(request, copy));
  }
  return answer;
}

const network = async (event) => (await event.preloadResponse) ?? fetch(event.request);

async function ask(event, url) {
  const answer = await network(event);
  if (AWAY.has(answer.status)) throw new TypeError(`the server is away: ${answer.status}`);
  // Whoever is shown the page to sign in isn't signed in: whatever was kept for somebody goes.
  if (url.pathname === "/sign-in/" && answer.status === 200) await forgetSession();
  return answer;
}

async function patient(event, url) {
  const asked = ask(event, url);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const first = await Promise.race([asked, late]);
  return first ?? (await keptFor(event.request, url)) ?? asked;
}

async function answerOf(event, url) {
  try {
    return await (event.request.destination === "document" ? patient(event, url) : ask(event, url));
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const kept = await keptFor(event.request, url);
    if (kept) return kept;
    return nothing(event.request);
  }
}

/** What a window shows in place of a page that is neither there nor kept. */
async function nothing(request) {
  const page = request.destination === "document" && (await caches.match("/offline/", { ignoreVary: true }));
  return page || Response.error();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.method === "POST" && url.pathname === "/sign-out/") event.waitUntil(forgetAll());
  if (event.request.method !== "GET") return;
  if (isFile(url)) event.respondWith(file(event.request));
  else if (isMail(event.request, url)) event.respondWith(answerOf(event, url));
  // What is asked ahead of us must be taken, or it would be asked twice.
  else if (event.request.mode === "navigate") event.respondWith(network(event).catch(() => nothing(event.request)));
});
