// The conversation page: focus on its subject, Gmail's keys, forms that stay on the page.
import { isSplit, opened, pane } from "./lib/reader.js";
import { selected } from "./lib/rows.js";

const OTHER_PAGES = "#main :is(.source, .explorer, .viewer, .enclosed)";
const SCROLLING = new Set(["ArrowUp", "ArrowDown"]);
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

/** Where keys find their buttons: the open conversation, or another page of the reader. */
function place() {
  if (opened()) return isSplit() && selected().length ? null : pane();
  return document.querySelector(OTHER_PAGES) && document.getElementById("main");
}

function press(within, key) {
  const button = within.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  const menu = button?.getAttribute("popovertarget");
  if (menu) document.getElementById(menu).querySelector(".menu-item")?.focus();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  const within = place();
  if (!within || typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (document.body.dataset.keys === "off" && event.key !== "Escape") return;
  // Who reads scrolls; the rows beside it are walked through from the list.
  if (SCROLLING.has(event.key) && within.contains(event.target)) event.stopImmediatePropagation();
  else if (press(within, event.key === "Escape" ? "u" : event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const stay = event.target.closest?.("#conversation-toolbar [data-stay]");
  if (stay) stay.form.elements.next.value = location.pathname + location.search;
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target?.id !== "main") return;
  document.querySelector("#main [data-focus]")?.focus({ preventScroll: true });
});
