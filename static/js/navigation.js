// Between pages: the progress line, where a list was scrolled to, which row was open, what htmx may not do.
import { addressOf, openedRow } from "./lib/reader.js";
import { current, list, point, rowOf } from "./lib/rows.js";

const root = document.documentElement;
const left = new Map();
let from = "";

function refuse() {
  throw new Error("Code in hx- attributes is switched off");
}

htmx.registerExtension("strict", { init: (api) => api.initSecurity(null, refuse, refuse) });

/** Note where the list was left, by its own address: on the way back the window's has changed already. */
function keep() {
  if (!list()) return;
  const { scrollTop } = document.getElementById("list-scroll");
  left.set(list().dataset.address, { scrollTop, row: (openedRow() ?? current())?.dataset.id });
}

document.addEventListener("htmx:before:request", (event) => {
  const target = event.detail.ctx.target?.id;
  if (!["main", "pane", "bulk"].includes(target)) return;
  root.classList.add("is-loading");
  if (target === "main") keep();
});

document.addEventListener("htmx:finally:request", () => root.classList.remove("is-loading"));

document.addEventListener("htmx:before:history:update", () => (from = addressOf(location.href)));

// Back in a list: where it was, with the row that was open pointed at.
document.addEventListener("htmx:after:swap", (event) => {
  const { target, request, sourceElement } = event.detail.ctx;
  if (target?.id !== "main" || !list()) return;
  const isBack = "HX-History-Restore-Request" in request.headers || sourceElement?.dataset?.key === "u";
  const place = isBack && left.get(list().dataset.address);
  if (!place) return;
  document.getElementById("list-scroll").scrollTop = place.scrollTop;
  const row = place.row && rowOf(place.row);
  if (!row) return;
  point(row, { scroll: false });
  if (document.activeElement === document.body) row.querySelector(".row-link").focus({ preventScroll: true });
});

// From the original or the structure of a message: back to its conversation as it was, with its list.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.('#main > .toolbar [data-key="u"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [to, before] = [link.href, from || "/"].map((url) => new URL(url, location.href).pathname);
    const isItsConversation = to.startsWith("/messages/") && before.startsWith("/conversations/");
    if (to !== before && !isItsConversation) return;
    event.preventDefault();
    event.stopPropagation();
    history.back();
  },
  true,
);

// Results are there to be walked through: the keys belong to them now.
document.addEventListener("htmx:after:settle", () => {
  if (location.pathname === "/search/") document.getElementById("search-input")?.blur();
});
