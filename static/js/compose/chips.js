// One recipient line: what is typed becomes chips; a hidden field holds them as a header would.
import { format, parse, split } from "./address.js";
import { completion, membersOf } from "./complete.js";

export class Recipients {
  constructor(line, { completeUrl, removeText, onChange }) {
    this.line = line;
    this.onChange = onChange;
    this.removeText = removeText;
    this.value = line.querySelector("input");
    this.input = this.value.cloneNode();
    this.prepare();
    this.add(this.value.value, { quiet: true });
    completion(this.input, completeUrl, (person) => this.pick(person));
  }

  prepare() {
    this.input.removeAttribute("name");
    this.input.removeAttribute("required");
    this.input.value = "";
    this.value.type = "hidden";
    this.value.removeAttribute("id");
    this.value.after(this.input);
    this.line.addEventListener("mousedown", (event) => {
      if (event.target !== this.line) return;
      event.preventDefault();
      this.input.focus();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.commit());
    this.input.addEventListener("paste", (event) => this.paste(event));
    this.input.addEventListener("input", () => this.onChange());
  }

  key(event) {
    if (event.isComposing || event.defaultPrevented) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && ["Enter", ",", ";"].includes(event.key)) {
      event.preventDefault();
      this.commit();
    } else if (event.key === "Backspace" && !this.input.value) {
      this.chips().at(-1)?.remove();
      this.changed();
    }
  }

  paste(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!/[,;\n]|@.*</u.test(text)) return;
    event.preventDefault();
    this.add(text);
  }

  async pick(person) {
    this.input.value = "";
    const people = person.group ? await membersOf(person.group) : [person];
    this.add(people.map(({ name, address }) => format({ name, spec: address })).join(", "));
  }

  commit() {
    const typed = this.input.value;
    this.input.value = "";
    if (typed.trim()) this.add(typed);
  }

  add(text, { quiet = false } = {}) {
    const known = new Set(this.chips().map((chip) => chip.dataset.spec.toLowerCase()));
    for (const person of split(text).map(parse)) {
      if (known.has(person.spec.toLowerCase())) continue;
      known.add(person.spec.toLowerCase());
      this.input.before(this.chip(person));
    }
    this.changed(quiet);
  }

  chip(person) {
    const chip = document.createElement("span");
    chip.className = person.valid ? "recipient" : "recipient is-wrong";
    chip.dataset.spec = person.spec;
    chip.dataset.whole = format(person);
    chip.title = person.spec;
    const label = document.createElement("span");
    label.textContent = person.name || person.spec;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.ariaLabel = `${this.removeText} ${person.spec}`;
    remove.textContent = "×";
    remove.addEventListener("click", () => this.remove(chip));
    label.addEventListener("click", () => this.edit(chip));
    chip.append(label, remove);
    return chip;
  }

  remove(chip) {
    chip.remove();
    this.changed();
    this.input.focus();
  }

  edit(chip) {
    this.commit();
    this.input.value = chip.dataset.whole;
    this.remove(chip);
  }

  chips() {
    return [...this.line.querySelectorAll(".recipient")];
  }

  wrong() {
    return this.chips().filter((chip) => chip.classList.contains("is-wrong"));
  }

  mark(spec) {
    const chip = this.chips().find((each) => each.dataset.spec === spec);
    chip?.classList.add("is-wrong");
  }

  replace(spec, by) {
    const chip = this.chips().find((each) => each.dataset.spec === spec);
    if (!chip) return;
    const { name } = parse(chip.dataset.whole);
    const fresh = this.chip(parse(format({ name: name === spec ? "" : name, spec: by })));
    chip.replaceWith(fresh);
    this.changed();
  }

  changed(quiet = false) {
    this.value.value = this.chips().map((chip) => chip.dataset.whole).join(", ");
    if (!quiet) this.onChange();
  }

  // What a draft keeps: the chips and what is still being typed.
  get whole() {
    return [this.value.value, this.input.value.trim()].filter(Boolean).join(", ");
  }
}
