// The page of keys: each action with its key, set by pressing another; saved at once, for this person everywhere.
import { post } from "../lib/http.js";
import { toast } from "../lib/toast.js";
import { word } from "../lib/words.js";
import { element } from "./elements.js";
import { conflicts, isChord, isOwn, keyOf, ownKeys, pressed, setOwnKeys } from "./keymap.js";
import { scopesOf } from "./registry.js";
import { kbds, text } from "./show.js";
import { groups, nameOf } from "./words.js";

const PAUSE = 1000; // ms in which a second key may follow

let texts = {};
let lines = new Map();

const say = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);

function button(label, classes, run, described = "") {
  const made = element("button", { type: "button", classes: `button button-s ${classes}`, text: label });
  if (described) made.ariaLabel = described;
  made.addEventListener("click", run);
  return made;
}

// --- Saving
async function save(changes) {
  const before = ownKeys();
  const map = { ...before };
  for (const [action, key] of changes) {
    if (key === action.key) delete map[action.name];
    else map[action.name] = key;
  }
  setOwnKeys(map);
  for (const line of lines.values()) line.show();
  try {
    await post(texts.url, { key_map: JSON.stringify(map) });
    document.body.dataset.keyMap = JSON.stringify(map);
  } catch {
    setOwnKeys(before);
    for (const line of lines.values()) line.show();
    toast(word("failed"), { bad: true });
  }
}

// --- A line: an action, its key, what can be done with it
class Line {
  constructor(action) {
    this.action = action;
    this.keys = element("span", { classes: "key-keys" });
    this.note = element("p", { classes: "key-note", role: "status" });
    this.tools = element("span", { classes: "key-tools" });
    const name = element("span", { classes: "key-name", text: nameOf(action) });
    this.element = element("li", { classes: "key-line" }, name, this.keys, this.tools, this.note);
    this.show();
  }

  show() {
    const { action } = this;
    const name = nameOf(action);
    const key = keyOf(action);
    this.keys.replaceChildren(...(key ? kbds(key) : [element("span", { classes: "faint", text: texts.none })]));
    this.note.replaceChildren();
    this.change = button(texts.change, "button-quiet", () => this.listen(), say("changeOf", { name }));
    const back = button(texts.reset, "button-quiet", () => this.set(action.key), say("resetOf", { name }));
    const off = button(texts.remove, "button-quiet", () => this.finish([[action, ""]]), say("removeOf", { name }));
    this.tools.replaceChildren(...(isOwn(action) ? [back] : []), ...(key ? [off] : []), this.change);
  }

  listen() {
    const field = element("button", { type: "button", classes: "key-field", text: texts.press });
    let keys = "";
    let timer = 0;
    const end = (run) => {
      clearTimeout(timer);
      this.rest();
      run?.();
    };
    field.addEventListener("blur", () => {
      clearTimeout(timer);
      if (field.isConnected) this.show();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      const key = pressed(event);
      if (event.key === "Escape") end();
      if (event.key === "Escape" || !key) return;
      keys = keys ? `${keys} ${key}` : key;
      field.replaceChildren(...kbds(keys));
      clearTimeout(timer);
      if (keys.includes(" ") || isChord(keys)) end(() => this.set(keys));
      else timer = setTimeout(() => end(() => this.set(keys)), PAUSE);
    });
    this.keys.replaceChildren(field);
    this.tools.replaceChildren();
    field.focus();
  }

  set(key) {
    const { action } = this;
    if (key === keyOf(action)) return;
    if (scopesOf(action).includes("composer") && !isChord(key)) {
      this.tell(say("chord"));
      return;
    }
    const others = conflicts(action, key);
    if (others.length) this.ask(key, others);
    else this.finish([[action, key]]);
  }

  finish(changes) {
    save(changes);
    this.rest();
  }

  /** As it stands, with the focus on its button. */
  rest() {
    this.show();
    this.change.focus();
  }

  /** The key is taken: exchange it, take it away, or leave it. */
  ask(key, others) {
    const { action } = this;
    const names = others.map(nameOf).join(", ");
    const isFixed = others.some((other) => Object.values(other.fixed ?? {}).flat().includes(key));
    if (isFixed) {
      this.tell(say("fixed", { key: text(key), name: names }));
      return;
    }
    const [other] = others;
    const swaps = others.length === 1 && keyOf(other) === key;
    const swap = button(texts.swap, "button-soft", () => this.finish([[action, key], [other, keyOf(action)]]));
    const take = button(texts.take, "", () => this.finish([[action, key], ...others.map((each) => [each, ""])]));
    const leave = button(texts.leave, "button-quiet", () => this.rest());
    this.tell(say("taken", { key: text(key), name: names }), ...(swaps ? [swap] : []), take, leave);
    (swaps ? swap : take).focus();
  }

  tell(words, ...buttons) {
    this.note.replaceChildren(element("span", { text: words }), ...buttons);
  }
}

function section({ title, actions }) {
  const drawn = actions.map((action) => {
    const line = new Line(action);
    lines.set(action, line);
    return line.element;
  });
  return element("section", {}, element("h2", { text: title }), element("ul", { classes: "key-lines" }, ...drawn));
}

export function draw(place) {
  texts = place.dataset;
  lines = new Map();
  place.replaceChildren(...groups().map(section));
  const page = place.closest(".page");
  page.querySelector("[data-reset-all]").addEventListener("click", () => {
    save([...lines.keys()].map((action) => [action, action.key]));
  });
  const single = page.querySelector("[data-single-keys]");
  single.addEventListener("change", () => {
    document.body.dataset.keys = single.checked ? "on" : "off";
    document.dispatchEvent(new CustomEvent("postillion:keys"));
    post(texts.url, { on: String(single.checked) }).catch(() => toast(word("failed"), { bad: true }));
  });
}
