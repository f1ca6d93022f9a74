// A row swiped right or left does what body[data-swipe-right] and [data-swipe-left] say: archive and trash when they
// say nothing, or read, star, junk, none. Rows have `touch-action: pan-y`: a finger that scrolls never comes here.
import { perform } from "../actions.js";
import { form } from "../lib/rows.js";

const START = 12;
const SHARE = 0.33;
const MOST = 150;
const ICONS = { archive: "archive", trash: "trash", junk: "spam", read: "read", unread: "unread", star: "star", unstar: "star" };
let swipe = null;

/** The verb of a direction, as it fits the row; "" for none. */
function verbFor(row, right) {
  const chosen = right ? (document.body.dataset.swipeRight ?? "archive") : (document.body.dataset.swipeLeft ?? "trash");
  const { role } = form().dataset;
  if (chosen === role || (chosen === "trash" && role === "trash")) return "";
  if (chosen === "read") return row.classList.contains("is-unread") ? "read" : "unread";
  if (chosen === "star") return row.classList.contains("is-starred") ? "unstar" : "star";
  return chosen in ICONS ? chosen : "";
}

function icon(name) {
  const any = document.querySelector(".row-star .icon").cloneNode(true);
  const use = any.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${name}`);
  return any;
}

function ground(row, verb, right) {
  const under = document.createElement("div");
  under.className = `row-swipe swipe-${verb}`;
  under.dataset.side = right ? "left" : "right";
  under.append(icon(ICONS[verb]));
  row.append(under);
  return under;
}

const limit = (row) => Math.min(row.offsetWidth * SHARE, MOST);

function draw(dx) {
  const { row } = swipe;
  const right = dx > 0;
  if (swipe.right !== right) {
    swipe.right = right;
    swipe.under?.remove();
    swipe.verb = verbFor(row, right);
    swipe.under = swipe.verb ? ground(row, swipe.verb, right) : null;
  }
  // Where nothing is to be had the row gives way a little.
  const shift = swipe.verb ? dx : Math.sign(dx) * Math.min(24, Math.abs(dx) / 5);
  swipe.under?.classList.toggle("is-far", Math.abs(dx) > limit(row));
  row.style.setProperty("--swipe", `${shift}px`);
  row.style.setProperty("--swipe-width", `${Math.abs(shift)}px`);
}

function settle(row, under) {
  row.classList.remove("is-swiping");
  row.style.removeProperty("--swipe");
  under?.remove();
}

function finish(dx) {
  const { row, under, verb } = swipe;
  swipe = null;
  if (!verb || Math.abs(dx) <= limit(row)) {
    settle(row, under);
    return;
  }
  navigator.vibrate?.(10);
  settle(row, under);
  perform(verb, [row]);
}

document.addEventListener("pointerdown", (event) => {
  swipe = null;
  const row = event.pointerType !== "mouse" && event.isPrimary && event.target.closest?.("#rows > .row");
  if (!row || form().classList.contains("has-selection")) return;
  swipe = { row, x: event.clientX, y: event.clientY, active: false };
});

document.addEventListener("pointermove", (event) => {
  if (!swipe || event.pointerType === "mouse") return;
  const [dx, dy] = [event.clientX - swipe.x, event.clientY - swipe.y];
  if (!swipe.active) {
    if (Math.abs(dy) > START && Math.abs(dy) > Math.abs(dx)) swipe = null;
    else if (Math.abs(dx) > START) {
      swipe.active = true;
      swipe.row.classList.add("is-swiping");
      document.dispatchEvent(new CustomEvent("postillion:swipe"));
    }
  }
  if (swipe?.active) draw(dx);
});

document.addEventListener("pointerup", (event) => {
  if (swipe?.active) finish(event.clientX - swipe.x);
  swipe = null;
});

document.addEventListener("pointercancel", () => {
  if (swipe?.active) settle(swipe.row, swipe.under);
  swipe = null;
});
