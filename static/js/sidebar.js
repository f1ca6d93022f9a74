// The sidebar: narrow or wide on a desk, a drawer on a phone; the place one is in; fresh after labels changed.
import { csrfToken } from "./lib/http.js";

const shell = document.body;
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

export async function refresh() {
  const response = await fetch("/sidebar/", { headers: { "X-CSRFToken": csrfToken() } });
  if (!response.ok || response.redirected) return;
  const nav = document.getElementById("nav");
  nav.outerHTML = await response.text();
  htmx.process(document.getElementById("nav"));
  settle();
}

document.addEventListener("postillion:labels", refresh);
document.addEventListener("htmx:after:history:update", settle);
document.addEventListener("htmx:after:settle", settle);
settle();
