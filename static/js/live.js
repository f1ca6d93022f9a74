// News without reload: the stream says that something changed, /changes/ says what.
import { get } from "./lib/http.js";
import { opened } from "./lib/reader.js";
import { drop, insert, isBeyond, list, refill, renew, rowOf, rows, settleEmpty, settleRange } from "./lib/rows.js";
import { settleTitle } from "./lib/title.js";

const POINTER_REST = 1500;
const SILENCE = 5000; // ms until a stream that broke and didn't come back is worth a word
let silent = 0;
let known = 0;
let busy = false;
let again = false;
const leaving = new AbortController(); // signed out: who asked now would be led to signing in
let retry = 1000;
let failures = 0;
let pointerMoved = 0;
let held = [];
// Rows that were put away: news from before that don't bring them back. Over when the server has told of it.
const away = new Set();
let confirmed = new Set();

// --- The list
function draw(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function putRow({ id, html }) {
  const old = rowOf(id);
  const fresh = draw(html);
  // The page of the list that one came from is part of the address.
  const { slug, ending } = list().dataset;
  const link = fresh.querySelector(".row-link");
  link.search = link.search.replace(`?in=${slug}`, ending);
  if (old) {
    if (old.dataset.modseq === fresh.dataset.modseq) return;
    fresh.querySelector(".row-check input").checked = old.querySelector(".row-check input").checked;
    fresh.classList.toggle("is-current", old.classList.contains("is-current"));
    const moved = old.dataset.order !== fresh.dataset.order;
    if (moved && isBeyond(fresh)) {
      drop([old]);
      return;
    }
    renew(old, fresh, () => {
      old.replaceWith(fresh);
      if (moved) insert(fresh);
    });
  } else if (takesNew() && !away.has(id)) {
    fresh.classList.add("is-new");
    insert(fresh);
  } else return;
  htmx.process(fresh);
}

/** A page further down shows only what stood on it, and a search what it found. */
const takesNew = () => list().dataset.first === "true" && list().dataset.query === undefined;

function apply(changes) {
  if (!list()) return;
  const scroller = document.getElementById("list-scroll");
  const anchor = rows().find((row) => row.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top);
  const before = anchor?.getBoundingClientRect().top;
  drop((changes.gone ?? []).map(rowOf).filter(Boolean));
  for (const row of changes.rows ?? []) putRow(row);
  // Who reads further down keeps the line under the eyes.
  if (scroller.scrollTop > 0 && anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  settleEmpty();
  settleRange(changes.total);
  document.dispatchEvent(new CustomEvent("postillion:list"));
  refill();
}

/** Rows don't move under a moving pointer: what would shift them waits until it rests or leaves. */
function shifts(changes) {
  return (changes.gone ?? []).some((id) => rowOf(id)) || (changes.rows ?? []).some(({ id }) => !rowOf(id));
}

function flush() {
  if (!held.length) return;
  if (document.querySelector("#rows:hover") && Date.now() - pointerMoved < POINTER_REST) {
    setTimeout(flush, 250);
    return;
  }
  const waiting = held;
  held = [];
  for (const [asked, changes] of waiting) if (asked === list()) apply(changes);
}

function show(changes) {
  if (!list() || changes.rows === undefined) return;
  held.push([list(), changes]);
  if (held.length === 1) shifts(changes) ? flush() : flushNow();
}

function flushNow() {
  pointerMoved = 0;
  flush();
}

// --- The counts
/** Counts that aren't told are none. */
function count(counts) {
  for (const item of document.querySelectorAll("#nav [data-slug]")) {
    const { slug } = item.dataset;
    const own = item.querySelector(".count");
    const value = String(counts[slug] ?? "");
    if (!own || own.textContent === value) continue;
    own.textContent = value;
    item.classList.toggle("has-unread", value !== "" && (slug === "inbox" || slug.startsWith("label-")));
  }
  document.dispatchEvent(new CustomEvent("postillion:counted"));
  settleTitle();
}

/** Labels were made, renamed, recoloured or deleted, here or in another window. */
function reshape(shape) {
  const nav = document.getElementById("nav");
  if (nav && shape && nav.dataset.shape !== shape) document.dispatchEvent(new CustomEvent("postillion:labels"));
}

// --- Catching up
export async function catchUp() {
  if (leaving.signal.aborted) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const over = confirmed;
  confirmed = new Set();
  try {
    const asked = list();
    const place = asked ? `&${new URLSearchParams({ in: asked.dataset.slug, of: asked.elements.of.value, q: asked.dataset.query ?? "" })}` : "";
    const changes = await get(`/changes/?since=${known}${place}`, leaving);
    const fresh = changes.modseq > known;
    failures = 0;
    reached();
    if (changes.counts) count(changes.counts);
    reshape(changes.shape);
    if (asked === list()) {
      known = Math.max(known, changes.modseq);
      if (changes.gone_place) document.querySelector('#nav [data-slug="inbox"]')?.click();
      if (changes.all) document.getElementById("refresh")?.click();
      else show(changes);
    } else again = true; // another list is shown by now, and knows less
    for (const id of over) away.delete(id);
    if (fresh) document.dispatchEvent(new CustomEvent("postillion:changed", { detail: changes }));
  } catch (error) {
    if (error instanceof TypeError) lost();
    for (const id of over) confirmed.add(id);
    owe();
  } finally {
    busy = false;
    if (again) {
      again = false;
      catchUp();
    }
  }
}

// --- Whether the page is in step with the server: offline.js says it.
function reached() {
  clearTimeout(silent);
  document.dispatchEvent(new CustomEvent("postillion:reached"));
}

const lost = () => document.dispatchEvent(new CustomEvent("postillion:lost"));

/** The server or the network is away for a moment: what is owed is asked for until it comes. */
function owe() {
  setTimeout(catchUp, Math.min(1000 * 2 ** failures, 60000));
  failures += 1;
}

function connect() {
  const stream = new EventSource("/live/");
  stream.addEventListener("open", () => {
    retry = 1000;
  });
  stream.addEventListener("modseq", (event) => {
    if (Number(event.data) > known) catchUp();
    else reached();
  });
  stream.addEventListener("error", () => {
    clearTimeout(silent);
    silent = setTimeout(lost, SILENCE);
    if (stream.readyState !== EventSource.CLOSED) return;
    // Refused: signed out, or the server is away. Ask again, ever more rarely.
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 60000);
  });
}

/** A page that was just drawn knows as much as the server did then. */
function settle() {
  if (list() && Number(list().dataset.modseq) > known) known = Number(list().dataset.modseq);
}

document.addEventListener("pointermove", () => (pointerMoved = Date.now()), { passive: true });
document.addEventListener("htmx:after:settle", (event) => {
  if (!list() || !event.detail.newContent?.some((node) => node.contains(list()))) return;
  const drawn = Number(list().dataset.modseq);
  if (known === 0 || drawn >= known) settle();
  else {
    // It was drawn before what is known already: ask for all that it doesn't show yet.
    known = drawn;
    catchUp();
  }
});
document.addEventListener("postillion:acting", ({ detail }) => {
  if (detail.leaving) for (const id of detail.ids?.split(",") ?? []) away.add(Number(id));
});
document.addEventListener("postillion:refused", () => away.clear());
document.addEventListener("postillion:acted", () => {
  confirmed = new Set(away);
  catchUp();
});
document.addEventListener("submit", ({ target }) => target.getAttribute("action") === "/sign-out/" && leaving.abort());
document.addEventListener("htmx:after:settle", () => opened() && settleTitle());
addEventListener("online", () => catchUp());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && known) catchUp();
});

if (document.getElementById("nav")) {
  known = Number(document.body.dataset.modseq ?? 0);
  settle();
  connect();
}
