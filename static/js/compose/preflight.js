// What could go wrong with the recipients, in words under their lines, while the letter is being written.

const PAUSE = 500; // ms after the last change
const LARGER = 1.37; // a file in a message, by base64

export class Preflight {
  constructor(lines, { url, useText, size }) {
    Object.assign(this, { lines, url, useText, size });
    this.known = new Map();
    this.list = document.createElement("ul");
    this.place = document.createElement("div");
    this.place.className = "composer-remarks";
    this.place.setAttribute("role", "status");
    this.place.hidden = true;
    this.place.append(this.list);
    lines.at(-1).line.closest(".composer-line").after(this.place);
    this.look();
  }

  chips() {
    return this.lines.flatMap((line) => line.chips().map((chip) => ({ chip, line, spec: chip.dataset.spec })));
  }

  look() {
    clearTimeout(this.timer);
    this.draw();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const fresh = this.chips().filter(({ chip, spec }) => !this.known.has(spec) && !chip.classList.contains("is-wrong"));
    const asked = [...new Set(fresh.map(({ spec }) => spec))].slice(0, 20);
    if (!asked.length) return;
    for (const spec of asked) this.known.set(spec, []);
    const query = new URLSearchParams(asked.map((spec) => ["to", spec]));
    try {
      const response = await fetch(`${this.url}?${query}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      for (const note of (await response.json()).notes) this.known.get(note.address)?.push(note);
    } catch {
      return; // Only hints: without a connection there are none.
    }
    this.draw();
  }

  /** What is to be said now: a limit only to a letter that is larger. */
  notes(spec) {
    return (this.known.get(spec) ?? []).filter(({ limit }) => !limit || this.size() * LARGER > limit);
  }

  /** Addresses that are a slip of the fingers away from one that is known. */
  slips() {
    return this.chips().flatMap(({ spec }) => this.notes(spec).filter(({ meant }) => meant));
  }

  draw() {
    const said = new Map();
    for (const { chip, line, spec } of this.chips()) {
      const notes = this.notes(spec);
      chip.classList.toggle("is-doubtful", notes.length > 0);
      for (const note of notes) said.set(note.text, this.item(note, line));
    }
    const before = [...this.list.children].map((item) => item.dataset.text).join("\n");
    if (before === [...said.keys()].join("\n")) return;
    this.list.replaceChildren(...said.values());
    this.place.hidden = said.size === 0;
  }

  item({ text, meant, address }, line) {
    const item = document.createElement("li");
    item.dataset.text = text;
    const words = document.createElement("span");
    words.textContent = text;
    item.append(words);
    if (meant) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button button-s", textContent: this.useText.replace("{address}", meant) });
      button.addEventListener("click", () => {
        line.replace(address, meant);
        line.input.focus();
      });
      item.append(button);
    }
    return item;
  }
}
