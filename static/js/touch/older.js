// Who comes to the end of the list reads on: the next page is put below.
import { list, rows, settleRange } from "../lib/rows.js";

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
    const response = await fetch(more.href, { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected || link() !== more) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    put(page);
  } finally {
    loading = false;
  }
}

function put(page) {
  const place = document.getElementById("rows");
  const { ending } = page.getElementById("bulk").dataset;
  for (const row of page.querySelectorAll("#rows > .row")) {
    if (document.getElementById(row.id)) continue;
    // They belong to the list that is here: "back" leads to it.
    const link = row.querySelector(".row-link");
    link.search = link.search.replace(ending, list().dataset.ending);
    place.append(row);
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

document.addEventListener("htmx:after:settle", watch);
watch();
