// How the list looks, chosen in its menu: shown at once, then kept.
import { prefer } from "./lib/preferences.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

function settle({ detail: { name, value } }) {
  for (const button of document.querySelectorAll(`#display-menu [data-setting="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}

document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  if (target.id !== "display") return;
  event.preventDefault();
  submitter.closest("[popover]")?.hidePopover();
  try {
    await prefer(submitter.dataset.setting, submitter.value);
  } catch {
    toast(word("failed"), { bad: true });
  }
});

document.addEventListener("postillion:display", settle);
