// A long press chooses a row; while some are chosen, a tap chooses and lets go.
import { box, form } from "../lib/rows.js";
import { settleSelection } from "../selection.js";

const HOLD = 450;
const SLOP = 10;
let timer = 0;
let from = null;
let pressed = false;

const rowAt = (event) => event.target.closest?.("#rows > .row");

function toggle(row, on = !box(row).checked) {
  box(row).checked = on;
  settleSelection();
}

document.addEventListener("pointerdown", (event) => {
  pressed = false;
  clearTimeout(timer);
  const row = event.pointerType !== "mouse" && event.isPrimary && rowAt(event);
  if (!row || event.target.closest(".row-check, .row-star")) return;
  from = [event.clientX, event.clientY];
  timer = setTimeout(() => {
    pressed = true;
    navigator.vibrate?.(15);
    toggle(row, true);
  }, HOLD);
});

document.addEventListener("pointermove", (event) => {
  if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > SLOP) clearTimeout(timer);
});
for (const name of ["pointerup", "pointercancel", "postillion:swipe"]) {
  document.addEventListener(name, () => clearTimeout(timer));
}

document.addEventListener("contextmenu", (event) => {
  if (rowAt(event) && event.pointerType !== "mouse") event.preventDefault();
});

// Before htmx follows the link.
document.addEventListener(
  "click",
  (event) => {
    const row = event.target.closest?.(".row-link") && rowAt(event);
    if (!row) return;
    const choosing = ["touch", "pen"].includes(event.pointerType) && form()?.classList.contains("has-selection");
    if (!pressed && !choosing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!pressed) toggle(row);
    pressed = false;
  },
  true,
);
