// An open conversation follows what happens to it elsewhere: new messages, flags, labels, its end.
import { addressOf, opened, openedId } from "./lib/reader.js";
import { noteRead } from "./lib/seen.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

// The server draws what stands in the pane, and to look is not to read.
const HEADERS = { "HX-Request": "true", "HX-Target": "section#pane", "HX-Preloaded": "true" };
let unseen = [];
let turn = 0;

/** Ask for the page as it would be drawn now. */
async function drawn() {
  const response = await fetch(addressOf(location.href), { headers: HEADERS });
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Put `fresh` in place of `old` when it says something else; the focus stays on what has the same key or id. */
function renew(old, fresh) {
  if (!old || !fresh || old.querySelector(":popover-open")) return;
  const said = (element) => element.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/, "");
  if (said(old) === said(fresh)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  htmx.process(fresh);
  if (!focused) return;
  const { id, dataset } = focused;
  const same = id ? document.getElementById(id) : fresh.querySelector(`[data-key="${CSS.escape(dataset.key ?? "")}"]`);
  same?.focus({ preventScroll: true });
}

/** Bring the messages in step; those that are open stay as they are. Returns those that are new. */
function messages(shown, fresh) {
  const wanted = [...fresh.querySelectorAll(".messages .message")];
  const ids = new Set(wanted.map(({ id }) => id));
  for (const old of shown.querySelectorAll(".messages .message")) if (!ids.has(old.id)) old.remove();
  const arrived = [];
  let before = null;
  for (const message of wanted) {
    const old = document.getElementById(message.id);
    if (old) old.classList.toggle("is-unread", message.classList.contains("is-unread"));
    else if (before) before.after(message);
    else shown.querySelector(".messages").prepend(message);
    if (!old) arrived.push(message);
    before = old ?? message;
  }
  for (const message of arrived) htmx.process(message);
  return arrived;
}

/** What came while nobody looked is read when somebody does. */
function read() {
  if (!unseen.length || document.hidden || !document.hasFocus()) return;
  const here = unseen.filter((message) => message.isConnected);
  unseen = [];
  if (here.length) noteRead(`/${opened().dataset.of}s/${openedId()}/`, here.map(({ id }) => id.replace("message-", "")));
}

function announce(arrived) {
  const letters = arrived.filter((message) => message.matches(".is-unread"));
  if (!letters.length) return;
  unseen.push(...letters);
  const run = () => letters[0].scrollIntoView({ block: "start" });
  toast(word("arrived"), { action: { text: word("show"), run } });
  read();
}

async function follow(shown) {
  const mine = (turn += 1);
  const fresh = await drawn();
  if (mine !== turn || shown !== opened() || !fresh) return;
  for (const id of ["conversation-toolbar", "conversation-head"]) renew(document.getElementById(id), fresh.getElementById(id));
  const arrived = messages(shown, fresh);
  for (const part of [".conversation-answer", ".message-rest"]) renew(shown.querySelector(part), fresh.querySelector(part));
  announce(arrived);
}

document.addEventListener("postillion:changed", ({ detail }) => {
  const shown = opened();
  if (!shown || !detail) return;
  const thread = Number(shown.dataset.thread);
  if (detail.ended?.includes(thread)) toast(word("vanished"), { lasting: true });
  else if (detail.all || detail.threads?.includes(thread)) follow(shown).catch(() => {});
});
document.addEventListener("visibilitychange", read);
addEventListener("focus", read);
