// Plain text instead of formatted text, and back; the letter has either.
import { confirm } from "./ask.js";
import { post } from "./http.js";

const FORMATTED = "b, i, u, s, strong, em, a[href], img, ul, ol, table, font, h1, h2, h3, [style*=color], [style*=font]";

const escaped = (text) => text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;");

export class PlainText {
  constructor(composer, { button, root, area, onInput }) {
    Object.assign(this, { composer, button, root, area });
    area.addEventListener("input", onInput);
    button.addEventListener("click", () => this.toggle());
    this.show(composer.dataset.plain !== undefined);
  }

  get on() {
    return !this.area.disabled;
  }

  get text() {
    return this.area.value;
  }

  show(on) {
    this.area.hidden = this.area.disabled = !on;
    this.root.hidden = on;
    this.button.ariaPressed = String(on);
    this.composer.querySelector("[data-toolbar]").hidden = on;
  }

  focus() {
    this.area.focus();
    this.area.setSelectionRange(0, 0);
  }

  async insert(html) {
    const data = new FormData();
    data.set("html", html);
    const { text } = await post(this.composer.dataset.textUrl, data);
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
  }

  async toggle() {
    const { composer } = this;
    if (this.on) {
      composer.editor.setHTML(`<div>${escaped(this.text).replace(/\n/gu, "<br>")}</div>`);
      this.show(false);
      composer.editor.focus();
    } else if (await this.agreed()) {
      const data = new FormData();
      data.set("html", composer.editor.getHTML());
      const { text } = await post(composer.dataset.textUrl, data);
      this.area.value = this.room(text) + text;
      this.show(true);
      this.focus();
    }
    composer.draft.changed();
  }

  /** Room to write in, above what is quoted or signed: text as such begins with its first word. */
  room(text) {
    const first = this.composer.editor.root().firstElementChild;
    return text && first && !first.textContent.trim() ? "\n\n" : "";
  }

  async agreed() {
    const own = [...this.root.querySelectorAll(FORMATTED)].filter((each) => !each.closest("blockquote"));
    return !own.length || Boolean(await confirm(this.composer.querySelector("template[data-ask=plain]")));
  }
}
