// Buttons with data-pick ("label", "move" or "copy") open a menu of labels and places; without scripts they lead to a page.

import { open } from "./picker/menu.js";

document.addEventListener("postillion:pick", ({ detail }) => open(detail.button, detail.rows));

// The list sends its buttons through actions.js; here are those of a conversation.
document.addEventListener(
  "submit",
  (event) => {
    const button = event.submitter;
    if (!button?.dataset.pick || event.target.id === "bulk") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.closest("[popover]")?.hidePopover();
    open(button, null);
  },
  true,
);
