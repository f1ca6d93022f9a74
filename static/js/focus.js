// Where the focus goes when the page in #main is another: to its subject, to the row one comes back to, to its heading.
import { current, form, land, rowOf, rows } from "./lib/rows.js";

let order = []; // ids of rows, as the list had them
let here = ""; // the id of the row one was at, or of the conversation read last
let goes = false; // whether what has the focus goes with the page
let byKey = false;

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (detail.ctx.target?.id !== "main") return;
  goes = detail.ctx.target.contains(document.activeElement);
  if (form()) order = rows().map((row) => row.dataset.id);
  here = current()?.dataset.id ?? document.querySelector("#main .conversation")?.dataset.conversation ?? "";
});

/** The row one was at; when it is gone the next one that is there, else the one before. */
function heirOf(id) {
  const at = order.indexOf(id);
  return at < 0 ? null : [...order.slice(at), ...order.slice(0, at).reverse()].map(rowOf).find(Boolean);
}

function subject() {
  document.querySelector("#main [data-focus]").focus({ preventScroll: true });
}

/** Back in a list: on the row one was at, or on its heir; in another list by keys on the first row. */
function row() {
  const found = heirOf(here) ?? (byKey ? rows()[0] : null);
  if (found || byKey) land(found);
}

function heading() {
  const title = document.querySelector("#main h1");
  if (!title || !byKey) return;
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
  } else if (document.activeElement === document.body && target?.matches?.(".message")) {
    // A message that was opened in place.
    const message = document.getElementById(target.id);
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
  }
});

// The row that a dialog or a menu was opened from may have been drawn anew meanwhile.
function back({ target, newState = "closed" }) {
  const held = document.activeElement;
  if (newState === "closed" && current() && (held === document.body || target.contains(held))) land(current());
}

document.addEventListener("close", back, true);
document.addEventListener("toggle", back, true);
