// Menus open under the button they belong to.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.dataset.anchor) return;
    const anchor = document.getElementById(menu.dataset.anchor).getBoundingClientRect();
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
