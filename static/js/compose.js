// Links that compose (a[data-compose]) open a window instead of a page; the answer to a draft's row does too.
import { hold } from "./lib/hold.js";
import { keptNames } from "./lib/kept.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

function openComposer(url, fields) {
  return hold(import("./compose/dock.js").then((dock) => dock.openComposer(url, fields)));
}

function follow(event) {
  const link = event.target.closest?.("a[data-compose]");
  const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || other) return;
  event.preventDefault();
  event.stopPropagation();
  link.closest("[popover]")?.hidePopover();
  openComposer(link.href);
}

// Letters that an earlier page could not save: saved now, and offered.
async function recover() {
  if (!keptNames().length) return;
  const keepsake = await import("./compose/keepsake.js");
  const draft = await keepsake.recover();
  if (draft === null) return;
  const open = { text: word("open"), run: () => openComposer(`/compose/?draft=${draft}`) };
  toast(word("recovered"), { action: open }).dataset.sticky = "";
}

function upgrade() {
  if (document.querySelector("compose-window")) import("./compose/window.js");
}

document.addEventListener("click", follow, true);
document.addEventListener("postillion:compose", (event) => openComposer(event.detail.url, event.detail.fields));
document.addEventListener("htmx:after:settle", upgrade);
upgrade();
recover();
