// Links that compose (a[data-compose]) open a window instead of a page; the answer to a draft's row does too.

async function openComposer(url) {
  const dock = await import("./compose/dock.js");
  return dock.openComposer(url);
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

function upgrade() {
  if (document.querySelector("compose-window")) import("./compose/window.js");
}

document.addEventListener("click", follow, true);
document.addEventListener("postillion:compose", (event) => openComposer(event.detail.url));
document.addEventListener("htmx:after:settle", upgrade);
upgrade();
