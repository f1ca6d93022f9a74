// Without a network: the page says so, and since when. With one: mail is kept in idle time for when there is none.
import { idle } from "./lib/idle.js";
import { ask, start } from "./lib/worker.js";
import { word } from "./lib/words.js";

const SETTLED = 3000; // ms after which a page that was opened is left to keep mail
const NEWS = 5000; // ms in which news gather
const RARELY = 60_000; // ms between two looks at what is new
const PAUSE = 200; // ms between two batches
const { body } = document;
let since = Number(body.dataset.kept) || Date.now();
let away = Boolean(body.dataset.kept) || !navigator.onLine;
let waiting = 0;
let later = 0;
let looked = 0;

// --- The line
function timeOf(moment) {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
}

function words() {
  const found = away ? [word("offline").replace("{}", timeOf(since))] : [];
  if (waiting) found.push(word(waiting === 1 ? "waitingOne" : "waiting").replace("{}", waiting));
  return found.join(" ");
}

function show() {
  const line = document.getElementById("offline-line");
  const text = words();
  line.hidden = !text;
  if (line.textContent !== text) line.textContent = text;
}

function lost(at = since) {
  since = at;
  away = true;
  show();
}

function reached() {
  since = Date.now();
  away = false;
  delete body.dataset.kept;
  show();
}

addEventListener("offline", () => lost());
document.addEventListener("postillion:lost", () => lost());
document.addEventListener("postillion:reached", reached);
document.addEventListener("postillion:waiting", ({ detail }) => {
  waiting = detail;
  show();
});
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const kept = detail.ctx.response?.headers?.get?.("X-Kept");
  if (kept) lost(Number(kept));
});

// --- Keeping
async function keep() {
  looked = Date.now();
  let answer = await ask("keep", { news: true });
  while (answer?.more && !away) {
    await idle(PAUSE);
    answer = await ask("keep");
  }
}

/** One window keeps for all. */
function keepLater(wait) {
  clearTimeout(later);
  if (body.dataset.keep !== "on" || navigator.connection?.saveData) return;
  later = setTimeout(() => !away && navigator.locks.request("keep", { ifAvailable: true }, (mine) => mine && keep()), wait);
}

async function begin() {
  if (!(await start())) return;
  await ask("account", { owner: body.dataset.account });
  document.dispatchEvent(new CustomEvent("postillion:worker"));
  keepLater(0);
}

if (body.dataset.account) {
  show();
  document.addEventListener("postillion:keep", () => keepLater(0));
  document.addEventListener("postillion:changed", () => keepLater(Math.max(NEWS, looked + RARELY - Date.now())));
  idle(SETTLED).then(begin);
}
