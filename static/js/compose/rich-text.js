// <rich-text>: a small editor around two fields of a form; without it the plain one counts.
import { createEditor } from "../../build/editor.js";
import { askLink } from "./ask.js";
import { toolbar } from "./toolbar.js";

class RichText extends HTMLElement {
  connectedCallback() {
    const [html, plain, root] = ["[data-html]", "[data-text]", "[data-editor]"].map((each) => this.querySelector(each));
    plain.hidden = plain.disabled = true;
    html.disabled = root.hidden = false;
    const keep = () => (html.value = this.editor.getHTML());
    this.editor = createEditor(root, { onInput: keep, onImages: () => {}, onFormat: () => this.tools?.show() });
    this.editor.setHTML(html.value);
    this.tools = toolbar(this.querySelector("[data-toolbar]"), this.editor, {
      ask: (selected) => askLink(this.querySelector("template[data-ask=link]"), selected),
    });
    this.editor.key("Tab", null);
    this.editor.key("Shift-Tab", null);
    html.form.addEventListener("submit", keep, true);
  }

  disconnectedCallback() {
    this.editor.destroy();
  }
}

customElements.define("rich-text", RichText);
