// button[data-copy-from] copies the text at an address: the original of a message, whole.
import { toast } from "./lib/toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy-from]");
  if (!button) return;
  button.disabled = true;
  try {
    const response = await fetch(button.dataset.copyFrom);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    await navigator.clipboard.writeText(await response.text());
    toast(button.dataset.done);
  } catch {
    toast(button.dataset.failed, { bad: true });
  } finally {
    button.disabled = false;
  }
});
