// Without a network: what was kept, put together as the server would answer, and marked with its time.
const TITLE = /<title>[^]*?<\/title>/;
const MAIN = /<main id="main"[^]*?<\/main>/;
const PANE = /(<section class="pane" id="pane"[^>]*>)[^]*?(<\/section>\s*<\/div>\s*<\/main>)/;

const stamped = (answer, at, html) => {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept", String(at));
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(html ?? answer.body, { status: 200, headers });
};

/** The list that a conversation was opened from, with the conversation in its pane. */
async function withList(cache, slug, id, pane) {
  const list = (await textOf(cache, `/mail/${slug}/`)) ?? (await textOf(cache, "/mail/inbox/"));
  if (!list) return null;
  const title = TITLE.exec(pane)?.[0] ?? "";
  const inside = pane.replace(TITLE, "");
  return list
    .replace(TITLE, () => title)
    .replace(PANE, (_all, before, after) => before + inside + after)
    .replace('id="reader"', `id="reader" data-open="${id}"`);
}

/** The main part of a page: title and <main>. */
async function mainOf(cache, url, shell) {
  const path = url.pathname === "/" ? "/mail/inbox/" : url.pathname;
  const [, id] = /^\/conversations\/(\d+)\/$/.exec(path) ?? [];
  if (id) {
    const pane = await textOf(cache, path);
    const main = pane && (await withList(cache, url.searchParams.get("in") ?? "inbox", id, pane));
    if (main) return main;
  } else if (path.startsWith("/mail/")) {
    const list = await textOf(cache, path);
    if (list) return list;
  } else if (path === "/compose/") {
    const composer = await composerOf(cache);
    if (composer) return `<title>Postillion</title><main id="main" tabindex="-1" hx-history-elt>${composer}</main>`;
  }
  return (TITLE.exec(shell)?.[0] ?? "") + (MAIN.exec(shell)?.[0] ?? "");
}

// Letters that are made of others, which only the server has whole.
const NEEDS_SERVER = ["draft", "forward", "forward_whole"];

const missing = (shell) => /<div class="scroll"><div class="empty" data-not-kept>[^]*?<\/div><\/div>/.exec(shell)?.[0] ?? "";

/** A new letter each time: the same key would be the same letter to the server. */
async function composerOf(cache) {
  const html = await textOf(cache, "/compose/");
  if (!html) return null;
  const [key] = /(?<=name="key" value=")[^"]*/.exec(html) ?? [];
  const fresh = crypto.randomUUID().replaceAll("-", "");
  return html.replaceAll(key, fresh).replace(/(name="message_id" value=")[^"@]*/, `$1${crypto.randomUUID()}`);
}

async function whole(cache, url, at) {
  const answer = await cache.match("/kept/shell");
  if (!answer) return null;
  const shell = await answer.clone().text();
  const main = await mainOf(cache, url, shell);
  const html = shell
    .replace(TITLE, () => TITLE.exec(main)?.[0] ?? "")
    .replace(MAIN, () => MAIN.exec(main)?.[0] ?? "")
    .replace('<body class="shell"', `<body class="shell" data-kept="${at}"`);
  return stamped(answer, at, html);
}

async function part(cache, request, url, at) {
  const target = request.headers.get("HX-Target") ?? "";
  const shell = (await textOf(cache, "/kept/shell")) ?? "";
  if (target.endsWith("#main")) return stamped(page(""), at, await mainOf(cache, url, shell));
  const found = await textOf(cache, url.pathname);
  if (found) return stamped(page(""), at, found);
  return target.endsWith("#pane") ? stamped(page(""), at, missing(shell)) : null;
}

/** What is kept for a request; null for nothing. */
async function keptFor(request, url) {
  const cache = await mail();
  if (!cache) return null;
  const { at } = await readIndex(cache);
  if (!at) return null;
  if (Date.now() - at > LONGEST) {
    await forgetMail();
    return null;
  }
  if (request.headers.has("X-Compose")) {
    const composer = NEEDS_SERVER.some((name) => url.searchParams.has(name)) ? null : await composerOf(cache);
    return composer && stamped(page(""), at, composer);
  }
  if (url.pathname.endsWith("/body/")) {
    const body = await cache.match(url.pathname);
    return body && stamped(body, at);
  }
  return request.mode === "navigate" ? whole(cache, url, at) : part(cache, request, url, at);
}
