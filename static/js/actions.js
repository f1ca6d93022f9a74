// Act first, confirm after: rows change at once, and come back when the server refuses.
import { everything } from "./lib/everything.js";
import { post } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { box, current, form, insert, isBeyond, point, rowOf, selected, settleEmpty } from "./lib/rows.js";
import { readNoted } from "./lib/seen.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const QUIET = new Set(["star", "unstar"]);

export function verbOf(button) {
  return new URL(button.formAction).pathname.split("/").filter(Boolean).pop();
}

/** Tell whether conversations leave the list that is shown. */
export function leaves(verb, role) {
  switch (verb) {
    case "archive":
    case "mute":
      return ["inbox", "snoozed", "junk", "trash"].includes(role);
    case "snooze":
      return ["inbox", "archive"].includes(role);
    case "unsnooze":
      return role === "snoozed";
    case "trash":
      return role !== "trash";
    case "junk":
      return !["junk", "sent", "drafts"].includes(role);
    case "notjunk":
    case "delete":
      return true;
    case "move":
      return !["all", "starred", "search"].includes(role);
    case "unlabel":
      return role === "label";
    case "unstar":
      return role === "starred";
    default:
      return false;
  }
}

function label(row, { name, color }) {
  const text = row.querySelector(".row-text");
  if ([...text.querySelectorAll(".chip")].some((chip) => chip.textContent === name)) return () => {};
  const chip = document.createElement("span");
  chip.className = `chip color-${color}`;
  chip.textContent = name;
  text.prepend(chip);
  return () => chip.remove();
}

function mark(row, name, on) {
  const before = row.classList.contains(name);
  row.classList.toggle(name, on);
  return () => row.classList.toggle(name, before);
}

function star(row, on) {
  const button = row.querySelector(".row-star");
  const undo = mark(row, "is-starred", on);
  const settle = () => {
    const starred = row.classList.contains("is-starred");
    button.setAttribute("aria-pressed", starred);
    button.formAction = `/conversations/${starred ? "unstar" : "star"}/`;
  };
  settle();
  return () => {
    undo();
    settle();
  };
}

/** Put a row among those that are pinned, or back among the others; the function returned takes it back. */
function pin(row, on) {
  if (row.classList.contains("is-pinned") === on) return () => {};
  const link = row.querySelector(".row-link");
  const focused = row.contains(document.activeElement);
  row.classList.toggle("is-pinned", on);
  row.querySelector(".row-actions")?.remove();
  row.querySelector(".row-pin")?.remove();
  if (on) {
    const button = document.getElementById("row-pin").content.firstElementChild.cloneNode(true);
    button.value = row.dataset.id;
    link.before(button);
  }
  row.dataset.order = row.dataset.order.replace(/^\d+/, on ? "1" : "0");
  if (isBeyond(row)) row.remove();
  else insert(row);
  if (focused) link.focus({ preventScroll: true });
  return () => void pin(row, !on);
}

/** Take a row out of the list; the function returned puts it back where it was. */
function take(row) {
  const next = row.nextElementSibling;
  const list = row.parentElement;
  if (row === current()) point(next ?? row.previousElementSibling, { scroll: false });
  row.querySelector(".row-actions")?.remove();
  row.remove();
  return () => {
    list.insertBefore(row, next?.isConnected ? next : null);
  };
}

function show(verb, row, leaving, button) {
  if (leaving) return take(row);
  if (verb === "star" || verb === "unstar") return star(row, verb === "star");
  if (verb === "read" || verb === "unread") return mark(row, "is-unread", verb === "unread");
  if (verb === "pin" || verb === "unpin") return pin(row, verb === "pin");
  if (verb === "label") return label(row, button.dataset);
  return () => {};
}

/** Do what a button says to rows of the list, or to all that it holds. */
export async function act(button, chosen) {
  const list = form();
  if (!chosen.length) return;
  const whole = everything(list) && !button.closest(".row, .snooze-menu[data-row]");
  const fields = { in: list.elements.in.value };
  if (whole) Object.assign(fields, { all: "1", q: list.elements.q?.value ?? "" });
  else fields.ids = chosen.map((row) => row.dataset.id).join(",");
  await carryOut(button, chosen, fields, list.dataset.role, { fromList: true });
  if (whole) document.getElementById("refresh")?.click();
}

/** Show it in rows at once, then ask for it; what is refused is taken back. Tells whether it was done. */
export async function carryOut(button, chosen, fields, role, { fromList = false } = {}) {
  const verb = verbOf(button);
  if (button.name && button.name !== "only") fields[button.name] = button.value;
  const leaving = leaves(verb, role);
  const back = chosen.map((row) => show(verb, row, leaving, button)).reverse();
  if (leaving) for (const row of chosen) box(row).checked = false;
  settle();
  document.dispatchEvent(new CustomEvent("postillion:acting", { detail: { leaving, fromList, ids: fields.ids } }));
  try {
    await readNoted();
    const answer = await follow(await post(`/conversations/${verb}/`, fields));
    if (!QUIET.has(verb)) toast(answer.text, { undo: answer.undo, leave: answer.leave });
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb, leaving } }));
    return true;
  } catch (error) {
    for (const restore of back) restore();
    settle();
    toast(error.text || word("failed"), { bad: true });
    return false;
  }
}

function settle() {
  settleEmpty();
  document.dispatchEvent(new CustomEvent("postillion:list"));
}

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form() || !event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    const menu = button.closest("[popover]");
    const id = menu?.dataset.row ?? (button.name === "only" ? button.value : "");
    const row = button.closest(".row") ?? (id ? rowOf(id) : null);
    menu?.hidePopover();
    act(button, row ? [row] : selected());
  },
  true,
);

// --- One set of hover actions, standing in the row that is pointed at
function offer(row) {
  if (row.querySelector(".row-actions") || !matchMedia("(hover: hover)").matches) return;
  document.querySelector("#rows .row-actions")?.remove();
  const actions = document.getElementById("row-actions")?.content.cloneNode(true);
  if (!actions) return;
  for (const button of actions.querySelectorAll("button")) button.value = row.dataset.id;
  row.append(actions);
}

document.addEventListener("pointerover", (event) => {
  const row = event.target.closest?.("#rows > .row");
  if (row) offer(row);
  else document.querySelector("#rows .row-actions")?.remove();
});


