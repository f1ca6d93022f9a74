// Who comes to the end of the list reads on: the next page is put below. Each row knows the page it came with, so that
// "back" from a conversation leads there.
import { rows, settleRange } from "../lib/rows.js";

// Rows on the page; more than a request may name (views/actions.py) would make one selection several.
const MOST = 450;
let loading = false;

const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && next(), { rootMargin: "400px" });
const link = () => document.getElementById("older-end");

async function next() {
  const more = link();
  if (!more || loading || rows().length >= MOST) return;
  loading = true;
  try {
    const { href } = more;
    const response = await fetch(href, { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected || link() !== more) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    put(page, href);
  } finally {
    loading = false;
  }
}

function put(page, href) {
  const list = document.getElementById("rows");
  for (const row of page.querySelectorAll("#rows > .row")) {
    if (document.getElementById(row.id)) continue;
    row.dataset.page = href;
    list.append(row);
    htmx.process(row);
  }
  for (const id of ["older", "older-end"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.href = fresh.href;
    else old?.remove();
  }
  settleRange(Number(document.getElementById("range").dataset.total) || null);
  document.dispatchEvent(new CustomEvent("postillion:list"));
  watch();
}

/** Watch the link anew: one that stays in sight tells nothing more. */
function watch() {
  seen.disconnect();
  if (link()) seen.observe(link());
}

document.addEventListener(
  "click",
  (event) => {
    const page = event.target.closest?.(".row-link")?.closest("[data-page]")?.dataset.page;
    if (page) history.replaceState(history.state, "", page);
  },
  true,
);
document.addEventListener("htmx:after:settle", watch);
watch();
