// The search box: recent searches and proposals under it, by arrow keys, Enter or a click.
import { get } from "./lib/http.js";
import { forgetAll, recent, remember } from "./lib/recent-searches.js";

const PAUSE = 120;
const MOST_RECENT = 4;
const ICONS = { recent: "clock", person: "user", label: "label", folder: "folder", operator: "filter" };
const form = document.getElementById("search-form");
const input = document.getElementById("search-input");
const list = document.createElement("ul");
let items = [];
let chosen = -1;
let timer = 0;
let latest = 0;
let typed = false;

function icon(name) {
  const sprite = form.querySelector("use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("icon");
  svg.ariaHidden = "true";
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function line(item, place) {
  const row = document.createElement("li");
  row.role = "option";
  row.id = `search-item-${place}`;
  const text = document.createElement("span");
  text.textContent = item.text;
  row.append(icon(ICONS[item.kind]), text);
  if (item.note) {
    const note = document.createElement("span");
    note.className = "search-note";
    note.textContent = item.note;
    row.append(note);
  }
  return row;
}

function hide() {
  clearTimeout(timer);
  latest += 1;
  items = [];
  chosen = -1;
  list.hidden = true;
  input.ariaExpanded = "false";
  input.removeAttribute("aria-activedescendant");
}

function choose(place) {
  // One before the first is the text as it was typed.
  chosen = ((place + 1 + items.length + 1) % (items.length + 1)) - 1;
  for (const [at, row] of [...list.children].entries()) row.ariaSelected = String(at === chosen);
  if (chosen < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }
}

function show(found) {
  items = found;
  if (!items.length) return hide();
  list.replaceChildren(...items.map(line));
  list.hidden = false;
  input.ariaExpanded = "true";
  chosen = -1;
  input.removeAttribute("aria-activedescendant");
}

function remembered(text) {
  return recent(form.dataset.account)
    .filter((query) => query !== text && query.toLowerCase().startsWith(text.toLowerCase()))
    .slice(0, MOST_RECENT)
    .map((query) => ({ query, text: query, note: form.dataset.recent, kind: "recent" }));
}

async function ask() {
  const turn = (latest += 1);
  const text = input.value;
  const { items: found } = await get(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
  if (turn === latest && document.activeElement === input) show([...remembered(text.trim()), ...found]);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => ask().catch(hide), PAUSE);
}

/** An operator is gone on with; anything else is a search. */
function pick(item) {
  input.value = item.query;
  if (item.kind === "operator") {
    input.focus();
    soon();
    return;
  }
  hide();
  form.requestSubmit();
}

function key(event) {
  if (event.isComposing || list.hidden) {
    if (event.key === "ArrowDown" && list.hidden) soon();
    return;
  }
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Enter" && chosen >= 0) pick(items[chosen]);
  else if (event.key === "Tab" && chosen >= 0 && items[chosen].kind === "operator") pick(items[chosen]);
  else if (event.key === "Escape") {
    hide();
    // Who typed nothing goes back to the list at once: keyboard.js.
    if (!typed) return;
    typed = false;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The box says what the page shows. */
function settle() {
  if (document.activeElement === input) return;
  const asked = /^\/(conversations|messages)\//.test(location.pathname) || location.pathname === "/search/";
  const query = document.getElementById("bulk")?.dataset.query;
  input.value = query ?? (asked ? (new URLSearchParams(location.search).get("q") ?? "") : "");
}

if (form && input) {
  list.id = "search-list";
  list.role = "listbox";
  list.ariaLabel = form.dataset.completions;
  list.className = "search-list";
  list.hidden = true;
  form.append(list);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("keydown", key);
  input.addEventListener("input", () => {
    typed = true;
    soon();
  });
  input.addEventListener("focus", () => {
    typed = false;
    soon();
  });
  input.addEventListener("blur", hide);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li");
    if (row) pick(items[[...list.children].indexOf(row)]);
  });
  form.addEventListener("submit", () => {
    remember(form.dataset.account, input.value);
    hide();
  });
  document.getElementById("search-options").addEventListener("click", (event) => {
    const link = event.currentTarget;
    link.href = `${link.pathname}?q=${encodeURIComponent(input.value)}`;
  });
  document.addEventListener("htmx:after:history:update", settle);
  document.addEventListener("htmx:after:settle", settle);
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/sign-out/") forgetAll();
  });
}
