// Drag rows to a place or a label of the sidebar (with Ctrl or Alt they stay where they are, too), or a label to rows.
import { perform } from "./actions.js";
import { everything } from "./lib/everything.js";
import { kept } from "./lib/folds.js";
import { form, selected } from "./lib/rows.js";
import { word } from "./lib/words.js";
import { unfold } from "./nav-labels.js";

const SPRING = 600;
const EDGE = 48;
let dragged = null;
let target = null;
let spring = 0;
let sprung = [];
let touched = false;

const idOf = (slug) => slug.slice("label-".length);
const chosenWith = (row) => (selected().includes(row) ? selected() : [row]);

/** What dropping on a place does: [verb, fields], or null where nothing can be dropped. */
function meaning(slug, copies) {
  const { role, slug: here } = form().dataset;
  if (slug === here) return null;
  if (slug.startsWith("label-")) {
    const stays = copies || role === "sent" || role === "drafts";
    return stays ? ["label", { add: idOf(slug) }] : ["move", { mailbox: idOf(slug) }];
  }
  if (slug === "starred") return ["star", {}];
  if (slug === "inbox") return role === "junk" ? ["notjunk", {}] : ["move", { role: "inbox" }];
  if (slug === "trash" || slug === "junk") return [slug, {}];
  if (slug !== "archive") return null;
  return ["inbox", "junk", "trash"].includes(role) ? ["archive", {}] : ["move", { role: "archive" }];
}

function picture(text) {
  const image = document.createElement("div");
  image.className = "drag-image";
  image.textContent = text;
  document.body.append(image);
  setTimeout(() => image.remove());
  return image;
}

function start(event) {
  const row = event.target.closest?.("#rows > .row");
  const label = event.target.closest?.("#nav-labels .nav-item");
  if (!row && !label) return;
  // On a touch screen a long press chooses.
  if (touched) {
    event.preventDefault();
    return;
  }
  let text = label?.querySelector(".nav-name").textContent;
  if (row) {
    const rows = chosenWith(row);
    dragged = { rows, whole: everything(form()) };
    const [many, one] = form().elements.of.value === "message" ? ["draggedMessages", "draggedOneMessage"] : ["dragged", "draggedOne"];
    text = rows.length > 1 ? word(many).replace("{}", rows.length) : word(one);
    if (dragged.whole) text = form().querySelector(".everything-all").firstChild.textContent.trim();
    document.querySelector("#rows .row-actions")?.remove();
  } else dragged = { label: idOf(label.dataset.slug) };
  event.dataTransfer.effectAllowed = "copyMove";
  event.dataTransfer.setData("application/x-postillion", "");
  event.dataTransfer.setDragImage(picture(text), -12, -8);
  document.body.classList.add(row ? "is-dragging-rows" : "is-dragging-label");
}

function light(element) {
  if (element === target) return;
  target?.classList.remove("is-drop");
  target = element;
  target?.classList.add("is-drop");
  clearTimeout(spring);
  const line = target?.closest("#nav-labels li");
  const fold = line?.querySelector(":scope > .nav-fold");
  if (dragged?.rows && fold?.ariaExpanded === "false") {
    spring = setTimeout(() => {
      unfold(line);
      sprung.push(line);
    }, SPRING);
  }
}

/** Near its upper or lower edge the sidebar scrolls on. */
function scroll(event) {
  const sidebar = event.target.closest?.("#sidebar");
  if (!sidebar) return;
  const { top, bottom } = sidebar.getBoundingClientRect();
  if (event.clientY < top + EDGE) sidebar.scrollTop -= 10;
  else if (event.clientY > bottom - EDGE) sidebar.scrollTop += 10;
}

function over(event) {
  if (!dragged) return;
  scroll(event);
  const copies = event.ctrlKey || event.altKey;
  const place = dragged.rows && event.target.closest?.("#nav [data-slug]");
  const row = dragged.label && event.target.closest?.("#rows > .row");
  const more = dragged.rows && event.target.closest?.("#nav-more[aria-expanded=false]");
  if (more) more.click();
  const does = place && meaning(place.dataset.slug, copies);
  light(does ? place : row || null);
  if (!target) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = row || does[0] === "label" || does[0] === "star" ? "copy" : "move";
}

function drop(event) {
  if (!dragged || !target) return;
  event.preventDefault();
  const { rows, whole, label } = dragged;
  if (label) {
    const chosen = chosenWith(target);
    perform("label", chosen, { add: label }, { whole: everything(form()) && chosen.length > 1 });
  } else {
    const [verb, fields] = meaning(target.dataset.slug, event.ctrlKey || event.altKey);
    perform(verb, rows.filter((row) => row.isConnected), fields, { whole });
  }
  // A row that left the list is told of no end.
  end();
}

function end() {
  light(null);
  dragged = null;
  document.body.classList.remove("is-dragging-rows", "is-dragging-label");
  for (const line of sprung) {
    const id = idOf(line.querySelector(":scope > .nav-item").dataset.slug);
    if (!kept().includes(id)) unfold(line, false);
  }
  sprung = [];
}

document.addEventListener("pointerdown", (event) => (touched = event.pointerType !== "mouse"), true);
document.addEventListener("dragstart", start);
document.addEventListener("dragenter", over);
document.addEventListener("dragover", over);
document.addEventListener("drop", drop);
document.addEventListener("dragend", end);
