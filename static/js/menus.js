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

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open") ?? document.querySelector(".menu:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input")) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at((at + step + items.length) % items.length).focus();
});
