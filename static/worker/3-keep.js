// Keeping mail: one step for each time that a page has nothing to do. The lists first, then conversations in batches.
const BATCH = 10;

const page = (html, headers = {}) => new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });

async function askServer(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" }, priority: "low" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function dropConversation(cache, { messages }) {
  for (const id of messages ?? []) await Promise.all([cache.delete(`/messages/${id}/`), cache.delete(`/messages/${id}/body/`)]);
}

async function keepLists(cache, index) {
  const answer = await askServer(`/kept/?since=${index.modseq}&look=${index.look}`);
  index.at = Date.now();
  if (!answer.lists) return writeIndex(cache, index);
  const shell = await fetch("/kept/shell/", { priority: "low", redirect: "error" });
  if (shell.ok) await cache.put("/kept/shell", shell);
  if (index.look !== answer.look) await keepComposer(cache);
  for (const [slug, html] of Object.entries(answer.lists)) await cache.put(`/mail/${slug}/`, page(html));
  const before = index.look === answer.look ? index.conversations : {};
  const conversations = {};
  const pending = [];
  for (const [id, modseq] of answer.conversations) {
    if (before[id]?.modseq === modseq) conversations[id] = before[id];
    else pending.push([id, modseq]);
  }
  for (const [id, entry] of Object.entries(index.conversations)) {
    if (conversations[id]) continue;
    await Promise.all([dropConversation(cache, entry), cache.delete(`/conversations/${id}/`)]);
  }
  Object.assign(index, { modseq: answer.modseq, look: answer.look, conversations, pending });
  return writeIndex(cache, index);
}

/** The composer as a window: an empty letter, whose names are made when it is opened. */
async function keepComposer(cache) {
  const answer = await fetch("/compose/", { headers: { "X-Compose": "window" }, priority: "low", redirect: "error" });
  if (answer.ok) await cache.put("/compose/", answer);
}

/** The next conversations; what the server can't draw is left out, so that it doesn't hold up the rest. */
async function drawn(asked) {
  try {
    return (await askServer(`/kept/conversations/?ids=${asked.map(([id]) => id).join(",")}`)).conversations;
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return [];
  }
}

async function keepConversations(cache, index) {
  const asked = index.pending.splice(0, BATCH);
  const conversations = await drawn(asked);
  const modseqs = Object.fromEntries(asked);
  for (const { id, html, messages, bodies } of conversations) {
    await cache.put(`/conversations/${id}/`, page(html));
    for (const [key, part] of messages) await cache.put(`/messages/${key}/`, page(part));
    for (const [key, body, policy] of bodies) {
      await cache.put(`/messages/${key}/body/`, page(body, { "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer" }));
    }
    index.conversations[id] = { modseq: modseqs[id], messages: messages.map(([key]) => key) };
  }
  return writeIndex(cache, index);
}

/** Do one step; tells whether more is to be done. */
async function keepSome({ news }) {
  const cache = await mail();
  if (!cache) return { more: false };
  const index = await readIndex(cache);
  if (news || !index.pending.length) await keepLists(cache, index);
  else await keepConversations(cache, index);
  return { more: index.pending.length > 0 };
}
