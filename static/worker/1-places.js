// Where things are kept: files of the site by version, mail by account, letters to be sent in a database.
const FILES = `files-${SHELL.version}`;
const DEVICE = "device"; // what this browser knows of itself: whose mail it keeps
const MAIL = "mail-";
const LONGEST = 14 * 24 * 3600 * 1000; // ms without a word of the server; as long as a session lasts

const textOf = (cache, path) => cache.match(path).then((answer) => answer?.text());

async function account() {
  return (await textOf(await caches.open(DEVICE), "/account")) ?? "";
}

/** The mail of the account that is signed in; null when none is. */
async function mail() {
  const owner = await account();
  if (!owner) return null;
  return caches.open(MAIL + owner);
}

async function readIndex(cache) {
  const text = await textOf(cache, "/kept/index");
  return text ? JSON.parse(text) : { modseq: "", look: "", at: 0, conversations: {}, pending: [] };
}

const writeIndex = (cache, index) => cache.put("/kept/index", new Response(JSON.stringify(index)));

/** Forget all mail but that of one account. */
async function forgetMail(but = "") {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(MAIL) && name !== MAIL + but).map((name) => caches.delete(name)));
}

/** The session is over: no mail is left. What was written and still waits is sent when its writer is back. */
async function forgetSession() {
  await Promise.all([forgetMail(), caches.delete(DEVICE), unsubscribe()]);
}

/** Signed out: nothing of anybody's is left. */
async function forgetAll() {
  await Promise.all([forgetSession(), dropLetters()]);
}

async function belongsTo(owner) {
  const before = await account();
  if (before === owner) return;
  await forgetMail(owner);
  if (before) await unsubscribe();
  await (await caches.open(DEVICE)).put("/account", new Response(owner));
}

async function unsubscribe() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}
