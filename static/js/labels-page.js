// On the page of all labels, showing and hiding them acts at once.
import { post } from "./lib/http.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

async function show(button) {
  const group = [...button.parentElement.children];
  const before = group.find((other) => other.ariaPressed === "true");
  const press = (chosen) => group.forEach((other) => (other.ariaPressed = String(other === chosen)));
  press(button);
  try {
    const answer = await post(button.getAttribute("formaction"), { shown: button.value });
    toast(answer.text, { undo: answer.undo });
    const undone = ({ detail }) => detail.verb === "undo" && press(before);
    document.addEventListener("postillion:acted", undone, { once: true });
    document.dispatchEvent(new CustomEvent("postillion:labels"));
  } catch {
    press(before);
    toast(word("failed"), { bad: true });
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.id !== "labels-form") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    show(event.submitter);
  },
  true,
);
