// The palette: a few letters find an action, a place, a label, a search, a page or a person; Enter does it.
import { dialog, element } from "./elements.js";
import { score } from "./fuzzy.js";
import { offers, people, places, search } from "./offers.js";
import { scopesAt } from "./registry.js";
import { kbds } from "./show.js";
import { say } from "./words.js";

const MOST = 30; // lines
const PAUSE = 120; // ms of rest before people are asked for

function field(ask) {
  const names = { role: "combobox", ariaLabel: ask, placeholder: ask, ariaExpanded: "true", ariaAutoComplete: "list" };
  const input = element("input", { type: "text", autocomplete: "off", spellcheck: false, ...names });
  input.setAttribute("aria-controls", "palette-list");
  return input;
}

class Palette {
  constructor(all, ask, { more }) {
    Object.assign(this, { all, more, found: [], chosen: 0, people: [], timer: 0, turn: 0, asking: new AbortController() });
    this.input = field(ask);
    this.list = element("ul", { id: "palette-list", role: "listbox", ariaLabel: say("results") });
    this.none = element("p", { classes: "palette-none", role: "status" });
    this.dialog = dialog("palette", ask, this.input, this.list, this.none);
    this.dialog.addEventListener("close", () => this.stop());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.click(event));
    this.input.focus();
    this.show();
  }

  get query() {
    return this.input.value.trim();
  }

  typed() {
    this.chosen = 0;
    this.people = [];
    this.show();
    clearTimeout(this.timer);
    this.turn += 1;
    if (this.more && this.query) this.timer = setTimeout(() => this.ask(this.turn), PAUSE);
  }

  /** People come from the server, below what was found here: nothing that one sees moves. */
  async ask(turn) {
    const found = await people(this.query, this.asking).catch(() => []);
    if (turn !== this.turn || !this.dialog.open) return;
    this.people = found;
    this.show();
  }

  /** Who was signed out meanwhile must not be asked about. */
  stop() {
    clearTimeout(this.timer);
    this.asking.abort();
  }

  match() {
    const query = this.query.toLowerCase();
    if (!query) return this.all;
    return this.all
      .map((item) => ({ item, points: score(query, item.text.toLowerCase()) }))
      .filter(({ points }) => points > 0)
      .sort((one, other) => other.points - one.points)
      .map(({ item }) => item);
  }

  show() {
    this.found = this.match().slice(0, MOST);
    if (this.more && this.query) this.found.push(...this.people, search(this.query));
    this.list.replaceChildren(...this.found.map((item, at) => this.line(item, at)));
    this.none.textContent = this.found.length ? "" : say("none");
    this.choose(Math.min(this.chosen, this.found.length - 1));
  }

  line({ text, note = "", key = "", sign }, at) {
    const parts = [sign(), element("span", { text })];
    if (note) parts.push(element("span", { classes: "palette-note", text: note }));
    if (key) parts.push(element("span", { classes: "palette-keys" }, ...kbds(key)));
    return element("li", { role: "option", id: `palette-${at}` }, ...parts);
  }

  choose(at) {
    this.chosen = Math.max(at, 0);
    for (const [place, line] of [...this.list.children].entries()) line.ariaSelected = String(place === this.chosen);
    const line = this.list.children[this.chosen];
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
    else this.input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const { length } = this.found;
    if (event.key in steps && length) {
      const to = this.chosen + steps[event.key];
      this.choose(Math.abs(steps[event.key]) > 1 ? Math.min(Math.max(to, 0), length - 1) : (to + length) % length);
    } else if (event.key === "Enter") this.pick(this.chosen);
    else return;
    event.preventDefault();
  }

  click(event) {
    const line = event.target.closest("li");
    if (line) this.pick([...this.list.children].indexOf(line));
  }

  /** The focus is back where it was before anything is done. */
  pick(at) {
    const item = this.found[at];
    if (!item) return;
    this.stop();
    this.dialog.close();
    item.run();
  }
}

/** Open it on everything, or on labels to go to. */
export function open(mode) {
  if (document.querySelector(".palette")) return;
  const labels = mode === "label";
  const all = labels ? places("label-") : offers(scopesAt(document.activeElement));
  new Palette(all, say(labels ? "askLabel" : "ask"), { more: !labels });
}
