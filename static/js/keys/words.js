// Actions in words, in the groups in which they are shown: templates/shell/action_words.html.
import { named } from "./registry.js";

const template = () => document.getElementById("action-words");

export const say = (name, value = "") => template().dataset[name].replace("{}", value);
export const nameOf = (action) => template().content.querySelector(`[data-name="${action.name}"]`)?.textContent ?? action.name;

/** Every group: its title, and its actions in order. */
export function groups() {
  return [...template().content.querySelectorAll("section")].map((section) => ({
    title: section.title,
    actions: [...section.children].map((line) => named(line.dataset.name)),
  }));
}
