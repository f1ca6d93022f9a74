// A large act is carried on from the page that asked for it, and told in one toast.
import { post } from "./http.js";
import { dismiss, toast } from "./toast.js";

/** Ask for more while there is more; resolves with the last answer, after what was `said` to be done first. */
export async function follow(answer) {
  if (!answer.more) return answer;
  const element = toast(answer.text, { undo: answer.undo, lasting: true });
  let latest = answer;
  try {
    while (latest.more) {
      latest = await post(latest.more, {});
      latest.text = [answer.said, latest.text].filter(Boolean).join(" ");
      element.querySelector(".toast-text").textContent = latest.text;
    }
  } finally {
    dismiss(element);
  }
  return latest;
}
