// What is likely to be read next is fetched ahead: the row one rests on or presses, and the neighbours while reading.
import { AHEAD, ahead, dropAll, dropThreads, fetchAhead } from "./lib/ahead.js";
import { spare } from "./lib/frames.js";
import { opened, openedRow } from "./lib/reader.js";

const REST = 60;
const PAUSE = 250;
const ROW = "#rows > .row";
let resting = 0;
let reading = 0;
let over = null;

const linkOf = (row) => row?.querySelector(".row-link")?.href;
const linkAt = (event) => event.target.closest?.(`${ROW} .row-link, #conversation-toolbar [data-key="j"], #conversation-toolbar [data-key="k"]`);

// A pointer that sweeps over the list asks for nothing.
function rest(row) {
  if (row === over) return;
  over = row;
  clearTimeout(resting);
  const link = linkOf(row);
  if (link) resting = setTimeout(() => fetchAhead(link), REST);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse") rest(event.target.closest?.(ROW) ?? null);
});
document.addEventListener("focusin", (event) => rest(event.target.closest?.(ROW) ?? null));

document.addEventListener("pointerdown", (event) => {
  const link = linkAt(event);
  const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (link && !other) fetchAhead(link.href, { urgent: true });
});

// While one is read, the next ones come: the older first, as that is where most people go.
function fetchNeighbours() {
  if (!opened() || navigator.connection?.saveData) return;
  const row = openedRow();
  const link = (key) => document.querySelector(`#conversation-toolbar [data-key="${key}"]`)?.href;
  const links = row ? [row.nextElementSibling, row.previousElementSibling].map(linkOf) : [link("j"), link("k")];
  for (const address of links.filter(Boolean)) fetchAhead(address);
}

document.addEventListener("htmx:after:swap", () => {
  clearTimeout(reading);
  reading = setTimeout(fetchNeighbours, PAUSE);
});

// --- Answers that are here already
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method !== "GET") {
    dropAll();
    return;
  }
  if (ctx.target?.id !== "pane") return;
  Object.assign(ctx.request.headers, AHEAD);
  const answer = ahead(ctx.request.action);
  if (answer) ctx.fetch = async (...asked) => (await answer) ?? fetch(...asked);
});

document.addEventListener("htmx:before:swap", (event) => {
  for (const { fragment } of event.detail.tasks) spare(fragment);
});

// --- And what is no longer true
// What a dialog, or Undo, changed may be told by any of them; and it is drawn anew on the same event.
document.addEventListener(
  "postillion:acted",
  ({ detail: { verb } }) => {
    if (["dialog", "undo", "judge"].includes(verb)) dropAll();
  },
  true,
);
document.addEventListener("postillion:changed", ({ detail }) => {
  const { threads, all } = detail ?? {};
  if (all || !threads) dropAll();
  else dropThreads(threads);
});
document.addEventListener("postillion:acting", ({ detail: { ids } }) => (ids ? dropThreads(ids.split(",")) : dropAll()));
document.addEventListener("postillion:labels", dropAll);
