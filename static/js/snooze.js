// The menu of times: fresh when it opens, for one row when a row asks, and inputs for any other time.
import { point } from "./lib/rows.js";

const menuOf = (element) => element.closest?.(".snooze-menu");

const KEEP = 60000;

/** What was offered when the page was drawn may be over. */
async function refresh(menu) {
  const response = await fetch("/snooze/").catch(() => null);
  if (response?.ok && !response.redirected) menu.innerHTML = await response.text();
  // Whatever came, and by whatever clock: it is asked for once.
  const { dataset } = menu.querySelector(".snooze");
  dataset.goodUntil = Math.max(Number(dataset.goodUntil), Date.now() + KEEP);
  menu.showPopover();
  menu.querySelector(".menu-item").focus();
}

document.addEventListener(
  "beforetoggle",
  (event) => {
    const menu = menuOf(event.target);
    if (menu !== event.target || event.newState !== "open") return;
    pick(menu, false);
    if (Date.now() < Number(menu.querySelector(".snooze").dataset.goodUntil)) return;
    event.preventDefault();
    refresh(menu);
  },
  true,
);

document.addEventListener(
  "toggle",
  (event) => {
    const menu = menuOf(event.target);
    if (menu !== event.target || event.newState !== "closed") return;
    delete menu.dataset.row;
  },
  true,
);

/** It opens below what was used; where that is in a menu of its own, or not in sight, below what has that menu. */
function prepare(menu, opener) {
  menu.dataset.anchor = opener.offsetWidth && !opener.closest(".menu") ? opener.id : menu.dataset.else;
  opener.closest(".menu")?.hidePopover();
  const row = opener.closest(".row");
  if (!row) return;
  menu.dataset.row = row.dataset.id;
  point(row, { scroll: false });
}

function pick(menu, on) {
  menu.querySelector(".snooze-times").hidden = on;
  menu.querySelector(".snooze-pick").hidden = !on;
  if (!on) return;
  settle(menu);
  menu.querySelector("[data-snooze-date]").focus();
}

/** The button names the time that the inputs hold. */
function settle(menu) {
  const [date, clock] = [menu.querySelector("[data-snooze-date]"), menu.querySelector("[data-snooze-clock]")];
  const button = menu.querySelector("[data-snooze-picked]");
  button.value = date.value && clock.value ? `${date.value}T${clock.value}` : "";
  button.disabled = !button.value;
}

document.addEventListener(
  "click",
  (event) => {
    const opener = event.target.closest?.("[popovertarget]");
    const menu = opener && document.querySelector(`#${opener.getAttribute("popovertarget")}.snooze-menu`);
    if (menu) prepare(menu, opener);
    if (!event.target.closest?.("[data-snooze-pick]") || !menuOf(event.target)) return;
    event.preventDefault();
    pick(menuOf(event.target), true);
  },
  true,
);

document.addEventListener("input", (event) => {
  const menu = menuOf(event.target);
  if (menu) settle(menu);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(".snooze-pick input")) return;
  event.preventDefault();
  menuOf(event.target)?.querySelector("[data-snooze-picked]").click();
});
