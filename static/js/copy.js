// button[data-copy-from] copies the text at an address: the original of a message, whole. [data-copy-text]
// copies its own.
import { toast } from "./lib/toast.js";

async function textOf({ copyText, copyFrom }) {
  if (copyText !== undefined) return copyText;
  const response = await fetch(copyFrom);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy-from], [data-copy-text]");
  if (!button) return;
  button.disabled = true;
  try {
    await navigator.clipboard.writeText(await textOf(button.dataset));
    toast(button.dataset.done);
  } catch {
    toast(button.dataset.failed, { bad: true });
  } finally {
    button.disabled = false;
  }
});
