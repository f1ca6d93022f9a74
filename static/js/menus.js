// Menus open under the button they belong to.
const anchors = new WeakMap();

// Where the button was when it was used: one in a row may be drawn anew before the menu shows.
document.addEventListener(
  "beforetoggle",
  (event) => {
    const anchor = event.newState === "open" && document.getElementById(event.target.dataset.anchor);
    if (anchor) anchors.set(event.target, anchor.getBoundingClientRect());
  },
  true,
);

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !anchors.has(menu)) return;
    const anchor = anchors.get(menu);
    const left = Math.max(8, Math.min(anchor.left, innerWidth - menu.offsetWidth - 8));
    const below = anchor.bottom + 4;
    const top = below + menu.offsetHeight > innerHeight - 8 ? Math.max(8, anchor.top - menu.offsetHeight - 4) : below;
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
  },
  true,
);

// --- Arrows, Home and End go through the entries; letters go to the entry that begins so
const PAUSE = 1500; // ms after which letters begin anew
let typed = "";
let timer = 0;

document.addEventListener("beforetoggle", () => (typed = ""), true);

const visible = (item) => item.checkVisibility();
const inField = (target) => target.matches("input:not([type=checkbox], [type=radio]), textarea");

function destination(items, key) {
  const at = items.indexOf(document.activeElement);
  switch (key) {
    case "ArrowDown":
      return items[(at + 1) % items.length];
    case "ArrowUp":
      return items.at((at < 0 ? items.length : at) - 1);
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
  }
  return null;
}

function begins(items, letter) {
  typed += letter.toLowerCase();
  clearTimeout(timer);
  timer = setTimeout(() => (typed = ""), PAUSE);
  return items.find((item) => item.textContent.trim().toLowerCase().startsWith(typed));
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open") ?? document.querySelector(".menu:popover-open");
  if (!menu || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const items = [...menu.querySelectorAll(".menu-item")].filter(visible);
  const letter = [...event.key].length === 1 && (event.key !== " " || typed);
  if (inField(event.target) && !event.key.startsWith("Arrow")) return;
  const item = letter ? begins(items, event.key) : destination(items, event.key);
  if (!item) return;
  event.preventDefault();
  item.focus();
});
