// Choosing rows: one by one, a range with Shift, or all of a kind.
import { settleEverything } from "./lib/everything.js";
import { box, describe, form, rows, selected } from "./lib/rows.js";

const KINDS = {
  all: () => true,
  none: () => false,
  read: (row) => !row.classList.contains("is-unread"),
  unread: (row) => row.classList.contains("is-unread"),
  starred: (row) => row.classList.contains("is-starred"),
  unstarred: (row) => !row.classList.contains("is-starred"),
};
let anchor = null;

export function settleSelection() {
  const list = form();
  if (!list) return;
  const chosen = selected().length;
  rows().forEach(describe);
  list.classList.toggle("has-selection", chosen > 0);
  const all = document.getElementById("select-all");
  all.checked = chosen > 0 && chosen === rows().length;
  all.indeterminate = chosen > 0 && !all.checked;
  list.classList.toggle("is-page-chosen", all.checked);
  settleEverything(list, chosen);
  const words = document.getElementById("words").dataset.selected;
  document.getElementById("selected-count").dataset.count = chosen;
  document.getElementById("selected-count").textContent = chosen ? words.replace("{}", chosen) : "";
}

export function select(kind) {
  for (const row of rows()) box(row).checked = KINDS[kind](row);
  settleSelection();
}

function fillRange(to) {
  const all = rows();
  const [from, until] = [all.indexOf(anchor), all.indexOf(to)].sort((a, b) => a - b);
  if (from < 0) return;
  for (const row of all.slice(from, until + 1)) box(row).checked = box(to).checked;
}

document.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-select]")?.dataset.select;
  if (kind) {
    select(kind);
    event.target.closest("[popover]")?.hidePopover();
    return;
  }
  const everything = event.target.closest("[data-everything]")?.dataset.everything;
  if (everything) {
    if (everything === "on") form().dataset.everything = "on";
    else select("none");
    settleSelection();
    return;
  }
  if (event.target.id === "select-all") {
    select(event.target.checked ? "all" : "none");
    return;
  }
  const input = event.target.closest(".row-check input");
  if (!input) return;
  const row = input.closest(".row");
  if (event.shiftKey && anchor?.isConnected) fillRange(row);
  anchor = row;
  settleSelection();
});

// Shift-click on a box must not select text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".row-check")) event.preventDefault();
});

document.addEventListener("postillion:list", settleSelection);
document.addEventListener("htmx:after:settle", () => {
  anchor = null;
  settleSelection();
});
settleSelection();
