// Sends a letter once, whatever is pressed how often, and gives it back while the server still holds it.
import { openComposer } from "./dock.js";
import { Refused, post } from "./http.js";
import { isText } from "./keepsake.js";
import { csrfToken } from "../lib/http.js";
import { toast } from "../lib/toast.js";
import { ask } from "../lib/worker.js";
import { word } from "../lib/words.js";

export async function undoSend(url, texts) {
  try {
    const answer = await post(url);
    toast(texts.undone);
    await openComposer(answer.compose_url);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.answer.error ?? texts.tooLate, { bad: true });
  }
}

/** Without a network: let the letter wait in this browser. Tells whether it could. */
export async function postpone(url, data) {
  const key = data.get("key");
  const letter = { key, url, account: document.body.dataset.account, fields: [...data].filter(isText), token: csrfToken() };
  const answer = await ask("add", { letter });
  if (!answer) return false;
  const run = () => document.dispatchEvent(new CustomEvent("postillion:edit-letter", { detail: key }));
  toast(word("waits"), { action: { text: word("edit"), run } });
  return true;
}

export function announce(answer, texts) {
  const undo = { text: texts.undo, undoes: true, run: () => undoSend(answer.undo_url, texts) };
  if (answer.scheduled) toast(answer.scheduled, { action: undo });
  else if (answer.held_seconds > 0) countDown(answer, texts);
  else toast(texts.sent);
}

// The seconds are the server's: closing the page changes nothing.
function countDown(answer, texts) {
  const until = Date.now() + answer.held_seconds * 1000;
  const words = () => texts.sendingIn.replace("{seconds}", Math.max(0, Math.ceil((until - Date.now()) / 1000)));
  const shown = toast(words(), { action: { text: texts.undo, undoes: true, run: () => stop(true) } });
  shown.dataset.sticky = "";
  const text = shown.querySelector(".toast-text");
  const timer = setInterval(() => {
    // Said once; counted down for the eye alone.
    text.ariaLive = "off";
    if (Date.now() < until) text.textContent = words();
    else stop(false);
  }, 250);
  function stop(undo) {
    clearInterval(timer);
    shown.remove();
    if (undo) undoSend(answer.undo_url, texts);
    else toast(texts.sent);
  }
}
