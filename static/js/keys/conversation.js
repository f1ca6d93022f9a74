// What keys do while a conversation, or another page without a list, is read: see controls.js.
import { enter, inNewTab } from "./controls.js";

const found = (key) => [...document.querySelectorAll(`#main [data-key~="${CSS.escape(key)}"]:not(#bulk *)`)];
const message = () => document.activeElement?.closest?.(".message");

export const control = (key) => () => {
  const [first] = found(key);
  return first && (() => enter(first));
};

// --- Messages: closed ones by their row, runs of them by their line, open ones as a whole
const STOPS = "#main .message-fold:not([open]) > summary, #main .message";

function move(by) {
  const stops = [...document.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());
  const at = stops.findLastIndex((stop) => stop.contains(document.activeElement));
  const to = at < 0 ? firstInSight(stops) : at + by;
  stand(stops[Math.min(Math.max(to, 0), stops.length - 1)]);
}

function firstInSight(stops) {
  const top = document.querySelector("#main .scroll").getBoundingClientRect().top;
  return stops.findIndex((stop) => stop.getBoundingClientRect().top >= top);
}

function stand(stop) {
  const target = stop.querySelector(".message-row") ?? stop;
  if (target.matches(".message")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: target.matches(".message") ? "start" : "nearest" });
}

export const stepMessage = (by) => () => document.querySelector("#main .message") && (() => move(by));

/** Open or close the message one stands on. */
export const openMessage = () => {
  const fold = document.activeElement?.closest?.(".message-fold > summary");
  const row = message()?.querySelector('.message-row, [data-key~="o"]') ?? fold;
  return row && (() => row.click());
};

// --- Answers: to the message one stands on, else as the foot of the page offers them
const link = (key) => message()?.querySelector(`[data-key~="${key}"]`) ?? found(key).at(-1);

export const answer = (key) => () => link(key) && (() => link(key).click());
export const answerInTab = (key) => () => link(key) && (() => inNewTab(link(key)));

/** Put the conversation away, and go on with the one next to it in the list. */
export const putAwayRead = (neighbour) => () => {
  const [button] = [...found("y"), ...found("e")].filter((each) => each.form);
  const [next] = found(neighbour);
  return button && next && (() => leave(button, next));
};

function leave(button, next) {
  button.form.elements.next.value = next.pathname + next.search;
  button.click();
}
