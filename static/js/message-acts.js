// Acts on one message of a page: shown at once, back when the server refuses. After Undo, redraw.js draws it anew.
import { post } from "./lib/http.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const QUIET = new Set(["star", "unstar"]);

const messages = () => [...document.querySelectorAll("#main .messages .message:not([hidden])")];
const messageOf = (id) => document.getElementById(`message-${id}`);
const leave = () => document.querySelector('#conversation-toolbar [data-key="u"]')?.click();

function press(button, on) {
  button.setAttribute("aria-pressed", on);
  button.formAction = `/conversations/${on ? "unstar" : "star"}/`;
  button.classList.toggle("is-starred", on);
}

/** The star of the toolbar is that of any message. */
function settleStar() {
  const whole = document.querySelector('#conversation-toolbar [data-key~="s"]');
  if (whole) press(whole, messages().some((message) => message.querySelector('.message-star[aria-pressed="true"]')));
}

function star(message, on) {
  const show = (value) => {
    press(message.querySelector(".message-star"), value);
    settleStar();
  };
  show(on);
  return () => show(!on);
}

/** Fold a message away; the focus goes to the one beside it. */
function fold(message) {
  const all = messages();
  const at = all.indexOf(message);
  message.hidden = true;
  const next = all[at + 1] ?? all[at - 1];
  next?.querySelector(".message-row, .message-head .icon-button")?.focus({ preventScroll: true });
  return () => {
    message.hidden = false;
  };
}

function unread(message) {
  const all = messages();
  const marked = all.slice(all.indexOf(message)).filter((one) => !one.classList.contains("is-unread"));
  for (const one of marked) one.classList.add("is-unread");
  return () => marked.forEach((one) => one.classList.remove("is-unread"));
}

const redraw = (message) => htmx.ajax("GET", `/messages/${message.id.slice("message-".length)}/`, { target: `#${message.id}`, swap: "outerHTML" });

/** Out of the bin that is looked at it leaves; elsewhere it stays, and is deleted no longer. */
function restore(message) {
  if (["trash", "junk"].includes(message.closest("article").dataset.in)) return fold(message);
  message.querySelector(".message-head > .badge").hidden = true;
  return () => redraw(message);
}

function show(verb, message) {
  if (QUIET.has(verb)) return star(message, verb === "star");
  if (verb === "unreadfrom") return unread(message);
  if (verb === "restore") return restore(message);
  return fold(message);
}

async function act(form, button) {
  const verb = new URL(button.formAction).pathname.split("/").filter(Boolean).pop();
  const message = messageOf(button.value);
  const page = message.closest("article");
  button.closest("[popover]")?.hidePopover();
  const back = show(verb, message);
  try {
    const answer = await post(`/conversations/${verb}/`, { only: button.value, of: "message", in: form.elements.in.value });
    if (!QUIET.has(verb)) toast(answer.text, { undo: answer.undo });
    if (verb === "restore" && !message.hidden) redraw(message);
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb } }));
    if (page.isConnected && (form.id === "message-leave" || !messages().length)) leave();
  } catch {
    back();
    toast(word("failed"), { bad: true });
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("#message-acts, #message-leave") || !event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act(event.target, event.submitter);
  },
  true,
);

// A message that was opened, or is shown in its other form, keeps the focus.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const id = detail.ctx?.target?.id ?? "";
  if (!id.startsWith("message-") || document.activeElement !== document.body) return;
  document.getElementById(id)?.querySelector(".message-head .icon-button")?.focus({ preventScroll: true });
});
