// Labels in the sidebar: folded and unfolded, found by typing, the hidden ones behind "More", each to be edited.
import { labels, plain } from "./lib/labels.js";
import { kept, keep } from "./lib/folds.js";

let showsAll = false;

const list = () => document.getElementById("nav-labels");
const foldOf = (line) => line.querySelector(":scope > .nav-fold");
const isOpen = (fold) => fold.ariaExpanded === "true";
const idOf = (line) => line.querySelector(":scope > .nav-item").dataset.slug.slice("label-".length);

export function unfold(line, open = true) {
  const fold = foldOf(line);
  if (fold) fold.ariaExpanded = String(open);
}

function toggle(line) {
  const open = !isOpen(foldOf(line));
  unfold(line, open);
  const ids = new Set(kept());
  if (open) ids.add(idOf(line));
  else ids.delete(idOf(line));
  keep([...ids]);
}

/** What one is in is seen, also when it stands under a folded label. */
function reveal() {
  const here = document.querySelector('#nav-labels [aria-current="page"]')?.closest("li");
  for (let line = here?.parentElement.closest("li"); line; line = line.parentElement.closest("li")) unfold(line);
}

/** Say on each label what is unread below it, and put away those that show only with unread mail. */
function settle(lines = list()?.children ?? []) {
  let unread = 0;
  let seen = false;
  for (const line of lines) {
    const own = Number(line.querySelector(":scope > .nav-item > .count").textContent);
    const under = settle(line.querySelector(":scope > ul")?.children ?? []);
    const all = line.querySelector(":scope > .nav-item > .count-all");
    if (all) all.textContent = own + under.unread || "";
    const { shown } = line.dataset;
    const tucked = (shown === "never" || (shown === "unread" && !own)) && !under.seen;
    line.classList.toggle("is-tucked", tucked);
    unread += own + under.unread;
    seen ||= !tucked;
  }
  return { unread, seen };
}

function more() {
  const button = document.getElementById("nav-more");
  const words = button.querySelector(".nav-name");
  showsAll = !isOpen(button);
  button.ariaExpanded = String(showsAll);
  [words.textContent, words.dataset.less] = [words.dataset.less, words.textContent];
}

/** Show only labels with the typed words in their path, and what stands above them. */
function find(text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  list().classList.toggle("is-searched", words.length > 0);
  let first = null;
  for (const { path, line } of labels()) {
    const fits = words.every((word) => plain(path).includes(word));
    line.classList.toggle("is-out", !fits);
    if (!fits) continue;
    first ??= line;
    for (let above = line.parentElement.closest("li.is-out"); above; above = above.parentElement.closest("li.is-out")) {
      above.classList.remove("is-out");
    }
  }
  return first;
}

/** The link to edit a label stands beside the one that is pointed at or has the focus. */
function offer(line) {
  if (!line || line.querySelector(":scope > .nav-edit")) return;
  document.querySelector("#nav-labels .nav-edit")?.remove();
  const link = document.getElementById("nav-edit").content.firstElementChild.cloneNode(true);
  link.href = `/labels/${idOf(line)}/`;
  line.querySelector(":scope > .nav-item").after(link);
}

const lineOf = (target) => target.closest?.("#nav-labels li");

document.addEventListener("click", (event) => {
  const fold = event.target.closest?.(".nav-fold");
  if (fold) toggle(fold.parentElement);
  else if (event.target.closest?.("#nav-more")) more();
});
document.addEventListener("pointerover", (event) => {
  const line = event.pointerType === "mouse" && lineOf(event.target);
  if (line) {
    offer(line);
    const name = event.target.closest(".nav-item")?.querySelector(".nav-name");
    if (name && name.scrollWidth > name.clientWidth) name.title = name.textContent;
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("#nav-labels .nav-item:focus-visible")) offer(lineOf(event.target));
});
document.addEventListener("input", (event) => {
  if (event.target.id === "nav-filter") find(event.target.value);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "nav-filter" || event.isComposing) return;
  if (event.key === "Escape" && event.target.value) {
    event.target.value = "";
    find("");
  } else if (event.key === "Enter") {
    const link = find(event.target.value)?.querySelector(":scope > .nav-item");
    event.target.value = "";
    find("");
    link?.click();
  } else if (event.key === "ArrowDown") {
    document.querySelector("#nav-labels li:not(.is-out) > .nav-item")?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});

function draw() {
  for (const { id, line } of labels()) if (kept().includes(id)) unfold(line);
  settle();
  reveal();
  if (showsAll && document.getElementById("nav-more")) more();
  const filter = document.getElementById("nav-filter");
  if (filter?.value) find(filter.value);
}

document.addEventListener("postillion:nav", draw);
document.addEventListener("postillion:counted", () => settle());
document.addEventListener("htmx:after:settle", reveal);
reveal();
