// The line between list and pane: dragged, or moved by arrows, Home and End; where it was put is kept, for each layout.
import { onRoom, reader } from "./lib/reader.js";

const [LEAST, MOST, STEP, USUAL] = [20, 80, 4, 42];
const root = document.documentElement;
const splitter = () => document.getElementById("splitter");
const layout = () => reader().dataset.pane;
const isMirrored = () => layout() === "right" && root.dir === "rtl";

const kept = () => Number(new RegExp(`(?:^|; )split-${layout()}=(\\d+)`).exec(document.cookie)?.[1] ?? USUAL);

/** Tell where the line is: the part of the page that the list has, in percent. */
function tell(percent) {
  const line = splitter();
  line.setAttribute("aria-valuenow", percent);
  line.setAttribute("aria-orientation", layout() === "right" ? "vertical" : "horizontal");
}

function put(wanted) {
  const percent = Math.round(Math.min(Math.max(wanted, LEAST), MOST));
  root.style.setProperty(`--split-${layout()}`, `${percent}%`);
  tell(percent);
  return percent;
}

// A cookie, so that the page is drawn with it.
function keep(percent) {
  document.cookie = `split-${layout()}=${percent}; path=/; max-age=31536000; samesite=lax`;
}

function at({ clientX, clientY }) {
  const box = reader().getBoundingClientRect();
  if (layout() === "below") return (100 * (clientY - box.top)) / box.height;
  return (100 * (isMirrored() ? box.right - clientX : clientX - box.left)) / box.width;
}

document.addEventListener("pointerdown", (event) => {
  const line = event.target.closest?.("#splitter");
  if (!line || event.button) return;
  line.setPointerCapture(event.pointerId);
  line.classList.add("is-dragged");
  document.body.classList.add("is-splitting");
  const move = (moved) => put(at(moved));
  const stop = (last) => {
    line.removeEventListener("pointermove", move);
    line.classList.remove("is-dragged");
    document.body.classList.remove("is-splitting");
    keep(put(at(last)));
  };
  line.addEventListener("pointermove", move);
  line.addEventListener("pointerup", stop, { once: true });
  line.addEventListener("pointercancel", stop, { once: true });
});

function target(key) {
  const now = kept();
  const back = isMirrored() ? 1 : -1;
  switch (key) {
    case "ArrowUp":
      return now - STEP;
    case "ArrowDown":
      return now + STEP;
    case "ArrowLeft":
      return now + back * STEP;
    case "ArrowRight":
      return now - back * STEP;
    case "Home":
      return LEAST;
    case "End":
      return MOST;
  }
  return null;
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!event.target.closest?.("#splitter") || event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = target(event.key);
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation();
    keep(put(wanted));
  },
  true,
);

// Twice on the line: as it was in the beginning.
document.addEventListener("dblclick", (event) => {
  if (event.target.closest?.("#splitter")) keep(put(USUAL));
});

function settle() {
  if (splitter() && layout() !== "off") tell(kept());
}

document.addEventListener("htmx:after:swap", settle);
document.addEventListener("postillion:display", settle);
onRoom(settle);
settle();
