// Keys of the list, as in Gmail; `data-keys="off"` on the body switches them off.
import { act } from "./actions.js";
import { box, current, form, point, rows, selected } from "./lib/rows.js";
import { select, settleSelection } from "./selection.js";

const GO = { i: "inbox", s: "starred", t: "sent", d: "drafts", a: "all", e: "archive" };
const STAR = { a: "all", n: "none", r: "read", u: "unread", s: "starred" };
let prefix = "";
let prefixTimer = 0;

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!row) return;
  point(row);
  row.querySelector(".row-link").focus({ preventScroll: true });
}

/** The rows that a key acts on: the chosen ones, else the one pointed at. */
function meant() {
  const chosen = selected();
  return chosen.length ? chosen : [current()].filter(Boolean);
}

function press(key) {
  const button = form()?.querySelector(`.toolbar-some [data-key="${CSS.escape(key)}"]`);
  if (!button || !meant().length) return false;
  if (button.type === "submit") act(button, meant());
  else choose(button);
  return true;
}

/** A menu acts on chosen rows: choose the one pointed at, then open it. */
function choose(button) {
  for (const row of meant()) box(row).checked = true;
  settleSelection();
  button.click();
  document.getElementById(button.getAttribute("popovertarget"))?.querySelector(".menu-item")?.focus();
}

function star() {
  for (const row of meant()) act(row.querySelector(".row-star"), [row]);
}

function toggle() {
  const row = current();
  if (!row) return;
  box(row).checked = !box(row).checked;
  settleSelection();
}

const LIST_KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  x: toggle,
  s: star,
  o: () => current()?.querySelector(".row-link").click(),
  u: () => document.getElementById("refresh")?.click(),
};

const PAGE_KEYS = {
  c: () => document.getElementById("compose-button")?.click(),
  "/": () => document.getElementById("search-input")?.select(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  z: () => document.dispatchEvent(new CustomEvent("postillion:undo")),
};

function second(key) {
  const [names, action] = prefix === "g" ? [GO, go] : [STAR, select];
  prefix = "";
  if (!names[key]) return false;
  action(names[key]);
  return true;
}

function go(slug) {
  document.querySelector(`#nav [data-slug="${slug}"]`)?.click();
}

function begin(key) {
  prefix = key;
  clearTimeout(prefixTimer);
  prefixTimer = setTimeout(() => (prefix = ""), 1500);
  return true;
}

function handle(key) {
  if (prefix) return second(key);
  if (key === "g" || (key === "*" && form())) return begin(key);
  if (form()) {
    if (LIST_KEYS[key]) {
      LIST_KEYS[key]();
      return true;
    }
    if (press(key)) return true;
  }
  PAGE_KEYS[key]?.();
  return key in PAGE_KEYS;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.id === "search-input") event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (document.body.dataset.keys === "off") return;
  if (handle(event.key)) event.preventDefault();
});

// The row that has the focus is the one keys act on.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#rows > .row");
  if (row && row !== current()) point(row, { scroll: false });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) {
    event.target.closest("[popover]")?.hidePopover();
    document.getElementById("shortcuts").showModal();
  }
  // A click beside a dialog closes it.
  if (event.target.matches?.("dialog")) event.target.close();
});
