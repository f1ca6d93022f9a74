// Where the focus goes when the page in #main is another: to its subject, to the row one comes back to, to its heading.
import { current, form, land, rowOf, rows } from "./lib/rows.js";

let way = []; // ids of rows: where one was, then what follows it, then what stands before it
let byKey = false;

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

/** Turn the way, so that it begins where one is now. */
function turn(ids, at) {
  return at < 0 ? ids : [...ids.slice(at), ...ids.slice(0, at).reverse()];
}

document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (detail.ctx.target?.id !== "main") return;
  if (form()) {
    const all = rows();
    const ids = all.map((row) => row.dataset.id);
    way = turn(ids, all.findIndex((row) => row.classList.contains("is-current")));
  } else {
    const here = document.querySelector("#main .conversation")?.dataset.conversation;
    way = turn(way, way.indexOf(here));
  }
});

function subject() {
  document.querySelector("#main [data-focus]").focus({ preventScroll: true });
}

/** Back in a list: on the row one was at, or on its heir; in another list by keys on the first row. */
function row() {
  const found = way.map(rowOf).find(Boolean) ?? (byKey ? rows()[0] : null);
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
  const lost = document.activeElement === document.body;
  if (target?.id === "main") {
    if (document.querySelector("#main [data-focus]")) subject();
    else if (lost && form()) row();
    else if (lost) heading();
  } else if (lost && target?.matches?.(".message")) {
    // A message that was opened in place.
    const message = document.getElementById(target.id);
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
  }
});

// The row that a dialog or a menu was opened from may have been drawn anew meanwhile.
function back({ newState = "closed" }) {
  if (newState === "closed" && document.activeElement === document.body && current()) land(current());
}

document.addEventListener("close", back, true);
document.addEventListener("toggle", back, true);
