// Undo: the button in a toast, and the key z.
import { post } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { dismiss, expire, toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

async function undo(element) {
  const url = element.dataset.undo || element.querySelector("form[data-undo]")?.action;
  if (!url) return;
  dismiss(element);
  try {
    const answer = await follow(await post(url, {}));
    toast(answer.text);
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb: "undo" } }));
  } catch {
    toast(word("failed"), { bad: true });
  }
}

document.addEventListener("postillion:undo", () => {
  const open = [...document.querySelectorAll("#toasts .toast:not(.is-leaving)")];
  const last = open.findLast((element) => element.dataset.undo || element.querySelector("form[data-undo]"));
  if (last) undo(last);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-undo]")) return;
  event.preventDefault();
  undo(event.target.closest(".toast"));
});

// Toasts that came with a page go by themselves too.
const seen = new WeakSet();
function settle() {
  for (const element of document.querySelectorAll("#toasts .toast")) {
    if (seen.has(element)) continue;
    seen.add(element);
    expire(element);
  }
}
document.addEventListener("htmx:after:settle", settle);
settle();
