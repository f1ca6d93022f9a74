// List and conversation on one page: a row opens in the pane, the list stays; back, forward, u and Escape close it.
import { addressOf, isOpen, isSplit, onRoom, opened, openedId, openedRow, pane, reader } from "./lib/reader.js";
import { current, describe, list, point } from "./lib/rows.js";
import { noteRead } from "./lib/seen.js";
import { settleTitle } from "./lib/title.js";

// htmx.ajax tells the server of the source's own target, not of the one it is given.
const HEADERS = { "HX-Target": "section#pane" };
const IN_PANE = { target: "#pane", swap: "innerHTML show:none", headers: HEADERS };
let scrolled = 0;

const scroller = () => document.getElementById("list-scroll");
const isPlain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Tell whether the address is that of a conversation, or message, opened from the list that is here. */
function isFromList(address) {
  const url = new URL(address, location.href);
  return /^\/(conversations|messages)\/\d+\/$/.test(url.pathname) && url.search === list()?.dataset.ending;
}

/** Bring the page in line with what stands in the pane. */
function settle() {
  const page = reader();
  if (!page) return;
  if (opened()) page.dataset.open = openedId();
  else delete page.dataset.open;
  cover(Boolean(opened()) && !isSplit());
  mark();
}

/** What can't be seen can't be used; it comes back as it was. */
function cover(covered) {
  if (!list() || list().inert === covered) return;
  list().inert = covered;
  if (covered) return;
  scroller().scrollTop = scrolled;
  document.dispatchEvent(new CustomEvent("postillion:list"));
}

function mark() {
  const row = openedRow();
  for (const other of document.querySelectorAll("#rows > .row.is-open")) if (other !== row) unmark(other);
  if (!row || row.classList.contains("is-open")) return;
  row.classList.add("is-open");
  row.querySelector(".row-link").setAttribute("aria-current", "true");
}

function unmark(row) {
  row.classList.remove("is-open");
  row.querySelector(".row-link").removeAttribute("aria-current");
}

/** A conversation has come into the pane: its messages are read now. */
function arrived() {
  const row = openedRow();
  if (row) {
    point(row);
    row.classList.remove("is-unread");
    describe(row);
  }
  const fresh = [...(opened()?.querySelectorAll(".message.is-unread") ?? [])];
  if (fresh.length) noteRead(`/${opened().dataset.of}s/${openedId()}/`, fresh.map((message) => message.id.replace("message-", "")));
  if (!isSplit() || document.activeElement === document.body) pane().querySelector("[data-focus]")?.focus({ preventScroll: true });
}

/** Leave the conversation for its list; without `push` the address is there already. */
export async function close({ push = true } = {}) {
  const row = openedRow() ?? current();
  const html = document.getElementById("nothing-open").innerHTML;
  await htmx.swap({ ...IN_PANE, sourceElement: pane(), target: pane(), text: html, push: push ? list().dataset.address : "false" });
  settleTitle();
  settleUnread();
  if (!row) return;
  point(row);
  // Who works elsewhere by now, as in the search box, is left there.
  if (document.activeElement === document.body) row.querySelector(".row-link").focus({ preventScroll: true });
}

/** Open a row's conversation, as a click on it does. */
export const open = (row) => row.querySelector(".row-link").click();

/** Draw the conversation anew, as what it tells has changed. */
export const redraw = () =>
  htmx.ajax("GET", addressOf(location.href), { target: "#pane", swap: "innerMorph", push: "false", headers: HEADERS });

/** Draw anew what stands around the messages: the buttons and the labels. */
export function redrawHead() {
  const head = { target: "#conversation-toolbar", select: "#conversation-toolbar", selectOOB: "#conversation-head", swap: "outerHTML" };
  return htmx.ajax("GET", addressOf(location.href), { ...head, push: "false", headers: HEADERS });
}

/** The empty pane tells how much there is to read. */
function settleUnread() {
  const words = pane()?.querySelector("[data-unread-in]");
  if (!words) return;
  const { unreadIn, none, one, many } = words.dataset;
  const count = Number(document.querySelector(`#nav [data-slug="${unreadIn}"].has-unread .count`)?.textContent);
  words.textContent = count > 1 ? many.replace("{}", count) : count ? one : none;
}

/** What a link of the conversation does without the server: back to the list that is here, on to a row of it. */
function way(link) {
  if (!list()) return null;
  if (addressOf(link.href) === list().dataset.address) return close;
  const row = openedRow();
  const next = { j: row?.nextElementSibling, k: row?.previousElementSibling }[link.dataset.key];
  return next ? () => open(next) : null;
}

document.addEventListener(
  "click",
  (event) => {
    const link = isPlain(event) && event.target.closest?.("#conversation-toolbar a");
    const go = link && way(link);
    if (!go) return;
    event.preventDefault();
    event.stopPropagation();
    go();
  },
  true,
);

document.addEventListener("htmx:before:history:restore", (event) => {
  const { path } = event.detail;
  if (path === list()?.dataset.address) {
    event.preventDefault();
    if (opened()) close({ push: false });
  } else if (isFromList(path)) {
    event.preventDefault();
    htmx.ajax("GET", path, { ...IN_PANE, push: "false" });
  }
});

document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx.target?.id === "pane" && list() && !list().inert) scrolled = scroller().scrollTop;
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx.target?.id;
  settle();
  if (target === "pane") arrived();
});

// Who puts away from the list what stands open beside it is done with it.
document.addEventListener("postillion:acting", ({ detail: { leaving, fromList, ids } }) => {
  if (leaving && fromList && isOpen(ids?.split(",") ?? [])) close();
});

document.addEventListener("postillion:list", mark);
document.addEventListener("postillion:changed", settleUnread);
document.addEventListener("postillion:display", settle);
onRoom(settle);

settle();
// On arrival the row of what is open is in sight.
openedRow()?.scrollIntoView({ block: "nearest" });
