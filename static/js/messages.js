// Messages of the open conversation: n and p walk through them, ; and : open and close all of them.
import { opened, pane } from "./lib/reader.js";

const messages = () => [...opened().querySelectorAll(".message")].filter((message) => message.checkVisibility());
const current = () => opened()?.querySelector(".message.is-current");

function mark(message) {
  if (message === current()) return;
  current()?.classList.remove("is-current");
  message.classList.add("is-current");
}

/** Where the focus stands in a message: on the line that opens it, or on all of it. */
function focus(message) {
  const line = message.querySelector(":scope > .message-row");
  if (!line) message.tabIndex = -1;
  (line ?? message).focus({ preventScroll: true });
}

function step(by) {
  const all = messages();
  const at = all.indexOf(current());
  const first = by > 0 ? 0 : all.length - 1;
  const message = all[at < 0 ? first : Math.min(Math.max(at + by, 0), all.length - 1)];
  mark(message);
  focus(message);
  message.scrollIntoView({ block: "start" });
}

/** Draw all messages anew: all of them open, or none. */
export async function openAll(which) {
  const url = new URL(location.href);
  url.searchParams.set("open", which);
  const kept = current()?.id;
  const messages = { target: "#pane .messages", select: ".messages", swap: "outerHTML show:none", push: "false" };
  await htmx.ajax("GET", url.pathname + url.search, { ...messages, headers: { "HX-Target": "section#pane" } });
  const message = kept && document.getElementById(kept);
  if (!message) return;
  mark(message);
  focus(message);
  message.scrollIntoView({ block: "nearest" });
}

const ACTS = {
  next: () => step(1),
  previous: () => step(-1),
  open: () => openAll("all"),
  close: () => openAll("none"),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-messages]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  ACTS[button.dataset.messages]();
});

document.addEventListener("focusin", (event) => {
  const message = pane()?.contains(event.target) && event.target.closest(".message");
  if (message) mark(message);
});

// A message that was just opened is still the one that is looked at.
document.addEventListener("htmx:after:swap", (event) => {
  const before = event.detail.ctx.target;
  if (!before?.classList?.contains("message") || !before.classList.contains("is-current")) return;
  const message = document.getElementById(before.id);
  mark(message);
  focus(message);
});
