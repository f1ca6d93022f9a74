// Conversations fetched before they are asked for: few, for a short time, and none that has changed since.
import { addressOf } from "./reader.js";
import { dropFrames, makeFrames } from "./frames.js";

const MOST = 12;
const FRESH = 120_000;
const AT_ONCE = 2;
const kept = new Map();
let underWay = 0;

/** As htmx asks for what goes into the pane. It isn't marked as read: lib/seen.js. */
export const AHEAD = { "HX-Preloaded": "true" };
const headers = { Accept: "text/html", "HX-Request": "true", "HX-Target": "section#pane", ...AHEAD };

/** Which conversation an address shows: its id, or "?" for that of a single message. */
function threadOf(address) {
  const [, kind, id] = /^\/(conversations|messages)\/(\d+)\/\?/.exec(address) ?? [];
  return kind === "messages" ? "?" : id;
}

function drop(address) {
  kept.delete(address);
  dropFrames(address);
}

export function dropAll() {
  for (const address of [...kept.keys()]) drop(address);
}

/** Forget what these conversations looked like, under whichever address. */
export function dropThreads(threads) {
  const changed = new Set(threads.map(String));
  for (const [address, { thread }] of [...kept]) if (thread === "?" || changed.has(thread)) drop(address);
}

async function load(address, entry, priority) {
  underWay += 1;
  try {
    const response = await fetch(address, { headers, priority, credentials: "same-origin" });
    const thread = threadOf(addressOf(response.url));
    if (response.status !== 200 || !thread) return null;
    entry.thread = thread;
    const text = await response.text();
    if (kept.get(address) !== entry) return null;
    makeFrames(address, text);
    // The parts of a response that htmx reads.
    return { status: 200, headers: response.headers, url: response.url, text: () => Promise.resolve(text) };
  } catch {
    return null;
  } finally {
    underWay -= 1;
  }
}

/** Fetch a conversation, unless it is here already or too many are on their way. */
export function fetchAhead(link, { urgent = false } = {}) {
  const address = addressOf(link);
  if (fresh(address) || (!urgent && underWay >= AT_ONCE)) return;
  drop(address);
  const entry = { at: Date.now(), thread: threadOf(address) };
  kept.set(address, entry);
  entry.answer = load(address, entry, urgent ? "high" : "low");
  entry.answer.then((answer) => {
    if (!answer && kept.get(address) === entry) kept.delete(address);
  });
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    drop(oldest);
  }
}

function fresh(address) {
  const entry = kept.get(address);
  return entry && Date.now() - entry.at < FRESH ? entry : null;
}

/** What is here, or on its way, for an address: a promise of an answer, of null when it failed. */
export const ahead = (address) => fresh(address)?.answer;
