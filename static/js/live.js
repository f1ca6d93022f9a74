// News without reload: the stream says that something changed, /changes/ says what.
import { get } from "./lib/http.js";
import { form, insert, refill, rowOf, rows, settleEmpty, settleRange } from "./lib/rows.js";

const POINTER_REST = 1500;
let known = 0;
let busy = false;
let again = false;
let retry = 1000;
let failures = 0;
let pointerMoved = 0;
let held = [];

// --- The list
function draw(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function putRow({ id, html }) {
  const old = rowOf(id);
  const fresh = draw(html);
  if (old) {
    if (old.dataset.modseq === fresh.dataset.modseq) return;
    fresh.querySelector(".row-check input").checked = old.querySelector(".row-check input").checked;
    fresh.classList.toggle("is-current", old.classList.contains("is-current"));
    const moved = old.dataset.order !== fresh.dataset.order;
    old.replaceWith(fresh);
    if (moved) insert(fresh);
  } else if (takesNew()) {
    fresh.classList.add("is-new");
    insert(fresh);
  } else return;
  htmx.process(fresh);
}

/** A page further down shows only what stood on it, and a search what it found. */
const takesNew = () => form().dataset.first === "true" && form().dataset.query === undefined;

function apply(changes) {
  const list = form();
  if (!list) return;
  const scroller = document.getElementById("list-scroll");
  const anchor = rows().find((row) => row.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top);
  const before = anchor?.getBoundingClientRect().top;
  for (const id of changes.gone ?? []) rowOf(id)?.remove();
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
  for (const [list, changes] of waiting) if (list === form()) apply(changes);
}

function show(changes) {
  const list = form();
  if (!list || changes.rows === undefined) return;
  held.push([list, changes]);
  if (held.length === 1) shifts(changes) ? flush() : flushNow();
}

function flushNow() {
  pointerMoved = 0;
  flush();
}

// --- The counts
function count(counts, { names }) {
  const labels = document.querySelectorAll('#nav [data-slug^="label-"]');
  if (names || [...labels].some(({ dataset }) => !(dataset.slug in counts))) {
    document.dispatchEvent(new CustomEvent("postillion:labels"));
  }
  for (const [slug, value] of Object.entries(counts)) {
    const item = document.querySelector(`#nav [data-slug="${slug}"]`);
    if (!item) continue;
    item.querySelector(".count").textContent = value || "";
    item.classList.toggle("has-unread", value > 0 && (slug === "inbox" || slug.startsWith("label-")));
  }
  title(counts);
}

function title(counts) {
  const list = form();
  if (document.querySelector(".conversation")) {
    const { inbox } = counts;
    document.title = (inbox ? `(${inbox}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    return;
  }
  if (!list?.dataset.name) return;
  const unread = counts[list.dataset.slug] ?? 0;
  const shown = unread && list.dataset.slug !== "drafts" ? ` (${unread})` : "";
  document.title = `${list.dataset.name}${shown} – Postillion`;
}

// --- Catching up
export async function catchUp() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const list = form();
    const place = list ? `&${new URLSearchParams({ in: list.dataset.slug, q: list.dataset.query ?? "" })}` : "";
    const changes = await get(`/changes/?since=${known}${place}`);
    const fresh = changes.modseq > known;
    known = Math.max(known, changes.modseq);
    failures = 0;
    if (changes.counts) count(changes.counts, changes);
    if (changes.all) document.getElementById("refresh")?.click();
    else if (list === form()) show(changes);
    if (fresh) document.dispatchEvent(new CustomEvent("postillion:changed", { detail: changes }));
  } catch (error) {
    owe(error);
  } finally {
    busy = false;
    if (again) {
      again = false;
      catchUp();
    }
  }
}

/** The server or the network is away for a moment: what is owed is asked for until it comes. */
function owe(error) {
  if (error.status === 404) {
    // The label that the list shows is no more: let the page say so.
    document.getElementById("refresh")?.click();
    return;
  }
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
  });
  stream.addEventListener("error", () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    // Refused: signed out, or the server is away. Ask again, ever more rarely.
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 60000);
  });
}

/** A page that was just drawn knows as much as the server did then. */
function settle() {
  const list = form();
  if (list && Number(list.dataset.modseq) > known) known = Number(list.dataset.modseq);
}

document.addEventListener("pointermove", () => (pointerMoved = Date.now()), { passive: true });
document.addEventListener("htmx:after:settle", (event) => {
  if (!form() || event.detail.task?.type === "partial") return;
  const drawn = Number(form().dataset.modseq);
  if (known === 0 || drawn >= known) settle();
  else catchUp();
});
document.addEventListener("postillion:acted", () => catchUp());
addEventListener("online", () => catchUp());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && known) catchUp();
});

if (document.getElementById("nav")) {
  known = Number(document.body.dataset.modseq ?? 0);
  settle();
  connect();
}
