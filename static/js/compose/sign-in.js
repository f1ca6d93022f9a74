// Signing in again over a letter: the sign-in page itself, in a frame, until it leads on.
import { open } from "./ask.js";
import { renewToken } from "../lib/http.js";

export function signedIn(template) {
  const dialog = open(template);
  const frame = dialog.querySelector("iframe");
  const goal = frame.dataset.next;
  return new Promise((resolve) => {
    let done = false;
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(done);
    });
    frame.addEventListener("load", async () => {
      if (frame.contentWindow?.location.pathname !== goal) return;
      done = await renewToken();
      dialog.close();
    });
    frame.src = `${frame.dataset.page}?next=${encodeURIComponent(goal)}`;
  });
}
