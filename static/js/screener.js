// The Screener: a card goes at once when it is judged; the Inbox counts who waits.
import { post } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const cards = () => [...document.querySelectorAll("#screener > li")];

function settle() {
  document.getElementById("screener-empty").hidden = cards().length > 0;
}

/** Take a card away; the function returned puts it back. */
function take(card) {
  const next = card.nextElementSibling;
  const list = card.parentElement;
  (next ?? card.previousElementSibling)?.querySelector("button[name=verdict]")?.focus();
  card.remove();
  settle();
  return () => {
    list.insertBefore(card, next?.isConnected ? next : null);
    settle();
  };
}

// One menu of labels serves the card whose button opens it.
document.addEventListener(
  "click",
  (event) => {
    const opener = event.target.closest?.("#screener [popovertarget]");
    if (!opener) return;
    const menu = document.getElementById("screener-labels");
    menu.dataset.anchor = opener.id;
    for (const item of menu.querySelectorAll("button")) item.setAttribute("form", opener.form.id);
  },
  true,
);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-judge]")) return;
  event.preventDefault();
  event.submitter?.closest("[popover]")?.hidePopover();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  const restore = take(form.closest("li"));
  try {
    const answer = await follow(await post(form.action, fields));
    toast(answer.text, { undo: answer.undo });
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb: "judge" } }));
  } catch {
    restore();
    toast(word("failed"), { bad: true });
  }
});

document.addEventListener("postillion:changed", ({ detail }) => {
  const banner = document.getElementById("screener-banner");
  if (!banner || !detail?.counts) return;
  const waiting = detail.counts.screener ?? 0;
  banner.hidden = waiting === 0;
  banner.querySelector("[data-counts]").textContent = waiting;
});
