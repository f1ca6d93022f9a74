// How the list looks, chosen in its menu: shown at once, then kept.
import { prefer } from "./lib/preferences.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const SWITCHED = { on: "true", off: "false" };

function settle({ detail: { name, value } }) {
  for (const button of document.querySelectorAll(`#display-menu [data-setting="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value || button.value === SWITCHED[value]));
  }
}

document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  if (target.id !== "display") return;
  event.preventDefault();
  submitter.closest("[popover]")?.hidePopover();
  try {
    await prefer(submitter.dataset.setting, submitter.value);
    // What a line stands for is the server's to say.
    if (submitter.dataset.setting === "conversation_view") document.getElementById("refresh").click();
  } catch {
    toast(word("failed"), { bad: true });
  }
});

document.addEventListener("postillion:display", settle);
