// An open conversation follows what happens to it elsewhere: new messages, flags, labels, its end.
import { post } from "./lib/http.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const page = () => document.querySelector(".conversation[data-conversation]");
let unseen = false;
let turn = 0;

function address({ dataset }) {
  const path = `/conversations/${dataset.conversation}/`;
  return path + (location.pathname === path ? location.search : `?in=${dataset.in}`);
}

/** Ask for the page as it would be drawn now; to look is not to read. */
async function drawn(shown) {
  const headers = { "HX-Request": "true", "HX-Target": "main", "HX-Preloaded": "true" };
  const response = await fetch(address(shown), { headers });
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
  const shown = page();
  if (!unseen || !shown || document.hidden || !document.hasFocus()) return;
  unseen = false;
  post("/conversations/read/", { ids: shown.dataset.conversation, in: shown.dataset.in }).catch(() => {});
}

function announce(arrived) {
  const letters = arrived.filter((message) => message.matches(".is-unread"));
  if (!letters.length) return;
  unseen = true;
  const run = () => letters[0].scrollIntoView({ block: "start" });
  toast(word("arrived"), { action: { text: word("show"), run } });
  read();
}

async function follow(shown) {
  const mine = (turn += 1);
  const fresh = await drawn(shown);
  if (mine !== turn || shown !== page() || !fresh) return;
  renew(document.getElementById("conversation-toolbar"), fresh.getElementById("conversation-toolbar"));
  renew(shown.querySelector(".conversation-head"), fresh.querySelector(".conversation-head"));
  const arrived = messages(shown, fresh);
  renew(shown.querySelector(".conversation-answer"), fresh.querySelector(".conversation-answer"));
  announce(arrived);
}

document.addEventListener("postillion:changed", ({ detail }) => {
  const shown = page();
  if (!shown) return;
  const id = Number(shown.dataset.conversation);
  if (detail.ended?.includes(id)) toast(word("vanished"), { lasting: true });
  else if (detail.all || detail.threads?.includes(id)) follow(shown).catch(() => {});
});
document.addEventListener("htmx:after:settle", () => (unseen &&= page() !== null));
document.addEventListener("visibilitychange", read);
addEventListener("focus", read);
