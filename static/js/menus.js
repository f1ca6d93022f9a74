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
