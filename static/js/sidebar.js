// The sidebar: narrow or wide on a desk, a drawer on a phone; the place one is in; fresh after labels changed.
import { redrawChips } from "./lib/chips.js";
import { csrfToken } from "./lib/http.js";
import { labels } from "./lib/labels.js";
import { settleTitle } from "./lib/title.js";

const shell = document.body;
let turn = 0;
const phone = matchMedia("(max-width: 52rem)");

function drawer(open) {
  if (open) shell.dataset.drawer = "open";
  else delete shell.dataset.drawer;
  document.getElementById("menu-button")?.setAttribute("aria-expanded", open);
}

function collapse() {
  shell.dataset.sidebar = shell.dataset.sidebar === "narrow" ? "wide" : "narrow";
  document.cookie = `sidebar=${shell.dataset.sidebar}; path=/; max-age=31536000; samesite=lax`;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#menu-button")) {
    event.preventDefault();
    if (phone.matches) drawer(shell.dataset.drawer !== "open");
    else collapse();
  } else if (event.target.closest(".drawer-veil")) {
    event.preventDefault();
    drawer(false);
  } else if (phone.matches && event.target.closest("#sidebar a")) {
    drawer(false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shell.dataset.drawer) drawer(false);
});

/** Mark the place that the page shows; a conversation stands in the place it was opened from. */
function settle() {
  const slug = /^\/mail\/([\w-]+)\//.exec(location.pathname)?.[1] ?? new URLSearchParams(location.search).get("in");
  for (const item of document.querySelectorAll("#nav .nav-item")) {
    if (item.dataset.slug === slug) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
}

/** Draw places and labels anew; who types or stands in there stays where they are. */
async function refresh() {
  const mine = (turn += 1);
  const response = await fetch("/sidebar/", { headers: { "X-CSRFToken": csrfToken() } });
  if (!response.ok || response.redirected) return;
  const html = await response.text();
  if (mine !== turn) return;
  const focused = document.activeElement;
  const filter = document.getElementById("nav-filter");
  document.getElementById("nav").outerHTML = html;
  const nav = document.getElementById("nav");
  if (filter) document.getElementById("nav-filter")?.replaceWith(filter);
  htmx.process(nav);
  settle();
  document.dispatchEvent(new CustomEvent("postillion:nav"));
  if (focused === filter) filter?.focus();
  else if (focused?.dataset.slug) nav.querySelector(`[data-slug="${focused.dataset.slug}"]`)?.focus({ preventScroll: true });
  redrawChips();
  retitle();
}

/** A list of a label goes by its present name. */
function retitle() {
  const list = document.getElementById("bulk");
  if (list?.dataset.role !== "label") return;
  const label = labels().find(({ id }) => `label-${id}` === list.dataset.slug);
  if (!label || label.path === list.dataset.name) return;
  list.dataset.name = label.path;
  list.querySelector(".toolbar-name").textContent = label.path;
  settleTitle();
}

document.addEventListener("postillion:labels", refresh);
document.addEventListener("htmx:after:history:update", settle);
document.addEventListener("htmx:after:settle", settle);
settle();
