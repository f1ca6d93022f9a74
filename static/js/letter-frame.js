// <letter-frame>: an HTML letter's frame grows with its content. It runs no scripts of its own, so we measure it.

const KEYS = new Set(["r", "a", "f", "c", "e", "u", "j", "k", "s", "v", "l", "z", "#", "!", "?", "/", "U"]);

class LetterFrame extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe");
    this.frame.addEventListener("load", () => this.loaded());
    if (this.frame.contentDocument?.readyState === "complete") this.loaded();
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  loaded() {
    const page = this.frame.contentDocument;
    if (!page?.body || page.URL === "about:blank") return;
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => this.grow());
    this.watcher.observe(page.body);
    page.addEventListener("keydown", (event) => this.pass(event));
    this.grow();
    this.classList.add("is-shown");
  }

  grow() {
    const page = this.frame.contentDocument;
    const height = Math.min(page.body.scrollHeight, 60000);
    if (Math.abs(height - this.frame.clientHeight) > 1) this.frame.style.height = `${height}px`;
  }

  // Who clicked into a letter can still use the page's keys.
  pass(event) {
    if (!KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, shiftKey: event.shiftKey, bubbles: true, cancelable: true }));
  }
}

customElements.define("letter-frame", LetterFrame);
