// Letters written without a network: they wait here, and are sent once when there is one. The server knows a letter
// by its key, so a second try of one that had arrived is no second letter.
function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("postillion", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("letters", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function letters(mode, act) {
  const database = await open();
  try {
    const transaction = database.transaction("letters", mode);
    const asked = act(transaction.objectStore("letters"));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return asked?.result;
  } finally {
    database.close();
  }
}

/** The letters of the account that is signed in. */
async function all() {
  const owner = await account();
  return (await letters("readonly", (store) => store.getAll())).filter((letter) => letter.account === owner);
}

const waiting = async () => (await all()).filter(({ refused }) => !refused);

/** How many letters wait, and which were refused. */
async function state() {
  const refused = (await all()).filter((letter) => letter.refused).map(({ key, refused: error }) => ({ key, error }));
  return { waiting: (await waiting()).length, refused };
}

const dropLetters = () => letters("readwrite", (store) => store.clear());

async function addLetter({ letter }) {
  await letters("readwrite", (store) => store.put({ ...letter, kept: Date.now() }));
  await self.registration.sync?.register("letters").catch(() => {});
  tell({ type: "letters", waiting: (await waiting()).length });
  return {};
}

/** Take a letter back, to be written on. */
async function takeLetter({ key }) {
  const found = await letters("readonly", (store) => store.get(key));
  await letters("readwrite", (store) => store.delete(key));
  await tell({ type: "letters", waiting: (await waiting()).length });
  return { letter: found ?? null };
}

async function tell(message) {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}

async function post({ url, fields, token }) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  return fetch(url, { method: "POST", body, headers, redirect: "manual" });
}

async function sendLetter(letter) {
  const answer = await post(letter);
  if (AWAY.has(answer.status)) throw new TypeError("the server is away");
  // Signed out, or a token of before: a page that is signed in sends it again.
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return;
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) await letters("readwrite", (store) => store.delete(letter.key));
  else await letters("readwrite", (store) => store.put({ ...letter, refused: said.error || String(answer.status) }));
  await tell({ type: answer.ok ? "sent" : "refused", key: letter.key, error: said.error });
}

/** Send what waits; raises TypeError while there is no network. */
function sendLetters({ token } = {}) {
  return navigator.locks.request("letters", async () => {
    for (const letter of await waiting()) await sendLetter(token ? { ...letter, token } : letter);
    const left = (await waiting()).length;
    await tell({ type: "letters", waiting: left });
    return { waiting: left };
  });
}

self.addEventListener("sync", (event) => {
  if (event.tag === "letters") event.waitUntil(sendLetters());
});
