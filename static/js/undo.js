// Undo: the button in a toast, and the key z for what was done last, also when its toast has gone.
import { isOff, keyOf } from "./keys/keymap.js";
import { named } from "./keys/registry.js";
import { text } from "./keys/show.js";
import { post } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { dismiss, expire, toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const host = document.getElementById("toasts");
let latest = null; // an address, or a button that knows its own way back
let turn = 0; // which act of the list's that was: answers may come in another order
let pending = 0;
let asked = false;

const wayBack = (element) => element.dataset.undo || element.querySelector("form[data-undo]")?.action;
const shown = () => [...host.querySelectorAll(".toast:not(.is-leaving)")];

async function undo(url) {
  latest = null;
  for (const element of shown()) if (wayBack(element) === url) dismiss(element);
  try {
    const answer = await follow(await post(url, {}));
    toast(answer.text);
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb: "undo" } }));
  } catch {
    toast(word("failed"), { bad: true });
  }
}

function goBack(way) {
  if (typeof way === "string") undo(way);
  else if (way?.isConnected) way.click();
}

document.addEventListener("postillion:undo", ({ detail }) => {
  if (detail?.way) goBack(detail.way);
  else if (pending) asked = true;
  else goBack(latest);
});

// What was done last may not be confirmed yet: its way back is waited for, not another one gone.
document.addEventListener("postillion:acting", () => (pending += 1));

function confirmed({ detail }) {
  // Acts on a single message, and Undo itself, aren't announced before.
  if (!detail || "leaving" in detail) pending -= 1;
  if (detail?.undo && detail.turn > turn) ({ undo: latest, turn } = detail);
  if (pending || !asked) return;
  asked = false;
  goBack(latest);
}

document.addEventListener("postillion:acted", confirmed);
document.addEventListener("postillion:refused", confirmed);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-undo]")) return;
  event.preventDefault();
  undo(event.target.action);
});

/** Say which key undoes: to the eye on the button, to the ear after the words. */
function hint(button) {
  const key = isOff() ? "" : text(keyOf(named("undo")));
  if (!key) return;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  const told = button.closest(".toast").querySelector(".toast-text");
  const words = word("undoBy").replace("{}", key);
  // What ends a sentence already needs no second full stop.
  said.textContent = /[.。]$/u.test(told.textContent) ? words.replace(/^[.。]\s*/u, " ") : words;
  told.after(said);
  const seen = document.createElement("kbd");
  seen.ariaHidden = "true";
  seen.textContent = key;
  button.append(seen);
}

function receive(element) {
  const button = element.querySelector("[data-undoes], form[data-undo] button");
  if (button) {
    if (!element.dataset.turn) latest = wayBack(element) ?? button;
    hint(button);
  }
  // What a script says goes by itself already.
  if ("page" in element.dataset) expire(element);
}

if (host) {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.(".toast")) receive(node);
  }).observe(host, { childList: true });
  host.querySelectorAll(".toast").forEach(receive);
}
