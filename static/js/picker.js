// Buttons with data-pick ("label", "move" or "copy") open a menu of labels and places; without scripts they lead to a page.

import { hold } from "./lib/hold.js";

const pick = (button, rows) => hold(import("./picker/menu.js").then((menu) => menu.open(button, rows)));

document.addEventListener("postillion:pick", ({ detail }) => pick(detail.button, detail.rows));

// The list sends its buttons through actions.js; here are those of a conversation.
document.addEventListener(
  "submit",
  (event) => {
    const button = event.submitter;
    if (!button?.dataset.pick || event.target.id === "bulk") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.closest("[popover]")?.hidePopover();
    pick(button, null);
  },
  true,
);
