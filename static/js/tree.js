// A tree of links (ul[data-tree], ARIA's tree view): arrows move, Home and End too, Enter follows.

const items = (tree) => [...tree.querySelectorAll('[role="treeitem"]')];
const level = (item) => Number(item.getAttribute("aria-level"));

/** One stop of the Tab key, in sight: the part that is looked at. */
function settle() {
  for (const tree of document.querySelectorAll("ul[data-tree]")) {
    for (const item of items(tree)) {
      const chosen = item.getAttribute("aria-selected") === "true";
      item.tabIndex = chosen ? 0 : -1;
      if (chosen) item.scrollIntoView({ block: "nearest" });
    }
  }
}

function target(all, at, key) {
  const here = level(all[at]);
  switch (key) {
    case "ArrowDown":
      return all[at + 1];
    case "ArrowUp":
      return all[at - 1];
    case "ArrowRight":
      return all[at + 1] && level(all[at + 1]) > here ? all[at + 1] : null;
    case "ArrowLeft":
      return all.slice(0, at).findLast((item) => level(item) < here);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
  }
  return undefined;
}

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.('ul[data-tree] [role="treeitem"]');
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = items(item.closest("ul[data-tree]"));
  const next = target(all, all.indexOf(item), event.key);
  if (next === undefined && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  next?.focus();
});

document.addEventListener("htmx:after:settle", settle);
settle();
