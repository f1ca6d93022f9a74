// The HTML of a long quote, which is written out again and again and hardly ever changes: kept until it does.

const LONG = 20_000; // characters of text from which on it is worth it

const QUOTE = "blockquote[type=cite]";

/** Serialises the nodes within `root` as `innerHTML` does, the long quote of it from what was written last. */
export class QuoteKeeper {
  constructor(root) {
    this.root = root;
    this.quote = null;
    this.html = "";
    this.watch = new MutationObserver(() => this.forget());
  }

  /** The quote is another one, or there is none. */
  renew() {
    this.forget();
    this.watch.disconnect();
    const found = this.root.querySelector(QUOTE);
    this.quote = found && found.textContent.length > LONG ? found : null;
    if (!this.quote) return;
    this.watch.observe(this.quote, { subtree: true, childList: true, characterData: true, attributes: true });
  }

  forget() {
    this.html = "";
  }

  write() {
    if (!this.quote || !this.root.contains(this.quote)) return this.root.innerHTML;
    if (this.watch.takeRecords().length) this.forget();
    this.html ||= this.quote.outerHTML;
    return [...this.root.childNodes].map((node) => this.written(node)).join("");
  }

  written(node) {
    if (node === this.quote) return this.html;
    const holder = document.createElement("div");
    const around = node.contains(this.quote);
    holder.append(node.cloneNode(!around));
    if (!around) return holder.innerHTML;
    const inside = [...node.childNodes].map((child) => this.written(child)).join("");
    // Nothing is in it, so its end is where the last "</" is.
    const at = holder.innerHTML.lastIndexOf("</");
    return holder.innerHTML.slice(0, at) + inside + holder.innerHTML.slice(at);
  }
}
