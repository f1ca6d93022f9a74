// Where the focus goes when the page in #main is another: to its subject, to the row one comes back to, to its heading.
import { openedId } from "./lib/reader.js";
import { current, form, land, list, rowOf, rows } from "./lib/rows.js";

let order = []; // ids of rows, as the list had them
let here = ""; // the id of the row one was at, or of the conversation read last
let goes = false; // whether what has the focus goes with the page
let byKey = false;

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (!["main", "bulk"].includes(detail.ctx.target?.id)) return;
  goes = detail.ctx.target.contains(document.activeElement);
  if (list()) order = rows().map((row) => row.dataset.id);
  here = openedId() ?? current()?.dataset.id ?? here;
});

/** The row one was at; when it is gone the next one that is there, else the one before. */
function heirOf(id) {
  const at = order.indexOf(id);
  return at < 0 ? null : [...order.slice(at), ...order.slice(0, at).reverse()].map(rowOf).find(Boolean);
}

function subject() {
  document.querySelector("#main [data-focus]").focus({ preventScroll: true });
}

/** In a list: on the row that navigation.js found, on the one one was at or its heir; by keys else on the first. */
function row() {
  const found = current() ?? heirOf(here) ?? (byKey ? rows()[0] : null);
  if (found || byKey) land(found);
}

/** Unless what had the focus is there again, as a button that draws its page anew. */
function heading() {
  const title = document.querySelector("#main h1");
  if (!title || !byKey || title.closest("#main").contains(document.activeElement)) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const { target } = detail.ctx;
  const lost = goes || document.activeElement === document.body;
  if (target?.id === "main") {
    if (document.querySelector("#main [data-focus]")) subject();
    else if (lost && form()) row();
    else if (lost) heading();
  } else if (target?.id === "bulk" && lost && form()) row();
});

// The row that a dialog or a menu was opened from may have been drawn anew meanwhile.
function back({ target, newState = "closed" }) {
  const held = document.activeElement;
  if (newState === "closed" && current() && (held === document.body || target.contains(held))) land(current());
}

document.addEventListener("close", back, true);
document.addEventListener("toggle", back, true);
