// What keys do while a letter is written: see controls.js. The letter is the one with the focus.

const composer = () => document.activeElement?.closest?.("compose-window");

export const press = (selector) => () => {
  const found = composer()?.querySelector(selector);
  return found && (() => found.click());
};

export const line = (name) => () => composer() && (() => composer().showLine(name));
export const save = () => composer() && (() => composer().keep());
