// Between pages: the progress line, where a list was scrolled to, which row was open, what htmx may not do.
import { point, rowOf } from "./lib/rows.js";

const root = document.documentElement;
const scrolls = new Map();
let opened = null;

function refuse() {
  throw new Error("Code in hx- attributes is switched off");
}

htmx.registerExtension("strict", { init: (api) => api.initSecurity(null, refuse, refuse) });

const address = () => location.pathname + location.search;

function keepScroll() {
  const scroller = document.getElementById("list-scroll");
  if (scroller) scrolls.set(address(), scroller.scrollTop);
}

document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.target?.id !== "main") return;
  root.classList.add("is-loading");
  keepScroll();
  opened = event.detail.ctx.sourceElement?.closest?.("#rows > .row")?.dataset.id ?? opened;
});

document.addEventListener("htmx:finally:request", () => root.classList.remove("is-loading"));

// Back in a list: where it was, with the row that was open pointed at.
document.addEventListener("htmx:after:settle", (event) => {
  const scroller = document.getElementById("list-scroll");
  if (!scroller || event.detail.task?.type === "partial") return;
  const row = opened && rowOf(opened);
  if (!row) return;
  scroller.scrollTop = scrolls.get(address()) ?? 0;
  point(row);
  if (document.activeElement === document.body) row.querySelector(".row-link").focus({ preventScroll: true });
  opened = null;
});

// Results are there to be walked through: the keys belong to them now.
document.addEventListener("htmx:after:settle", () => {
  if (location.pathname === "/search/") document.getElementById("search-input")?.blur();
});
