// What keys do while a conversation, or another page without a list, is read: see controls.js.
import { enter, inNewTab } from "./controls.js";

const found = (key) => [...document.querySelectorAll(`#main [data-key~="${CSS.escape(key)}"]:not(#bulk *)`)];
const message = () => document.activeElement?.closest?.(".message");

export const control = (key) => () => {
  const [first] = found(key);
  return first && (() => enter(first));
};

/** Open the message one stands on, or the run of them. */
export const openMessage = () => {
  const fold = document.activeElement?.closest?.(".message-fold > summary");
  const row = message()?.querySelector(".message-row") ?? fold;
  return row && (() => row.click());
};

// --- Answers: to the message one stands on, else as the foot of the page offers them
const link = (key) => message()?.querySelector(`[data-key~="${key}"]`) ?? found(key).at(-1);

export const answer = (key) => () => link(key) && (() => link(key).click());
export const answerInTab = (key) => () => link(key) && (() => inNewTab(link(key)));

/** Put the conversation away, and go on with the one next to it in the list. */
export const putAwayRead = (neighbour, advance) => () => {
  const [button] = [...found("y"), ...found("e")].filter((each) => each.form);
  const [next] = found(neighbour);
  return button && next && (() => leave(button, next, advance));
};

// The form leads on where the list isn't on the page; conversation-actions.js does where it is.
function leave(button, next, advance) {
  const { next: target } = button.form.elements;
  const before = target.value;
  target.value = next.pathname + next.search;
  button.dataset.advance = advance;
  button.click();
  delete button.dataset.advance;
  target.value = before;
}
