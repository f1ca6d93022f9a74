// Sends a letter once, whatever is pressed how often, and gives it back while the server still holds it.
import { openComposer } from "./dock.js";
import { Refused, post } from "./http.js";
import { toast } from "../lib/toast.js";

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
