// <letter-frame>: an HTML letter's frame grows with its content. It runs no scripts of its own, so we measure it.

// Both wait for letters, so they are there first.
import "./letter-bar.js";
import "./letter-links.js";

const SMALLEST = 0.5;

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
    this.letter = page?.querySelector("body > .letter");
    if (!this.letter) return;
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => this.grow());
    this.watcher.observe(page.body);
    page.addEventListener("keydown", (event) => this.pass(event));
    this.dispatchEvent(new CustomEvent("postillion:letter", { bubbles: true, detail: { page } }));
    this.grow();
    this.classList.add("is-shown");
  }

  grow() {
    this.fit();
    const page = this.frame.contentDocument;
    const height = Math.min(page.body.scrollHeight, 60000);
    if (Math.abs(height - this.frame.clientHeight) > 1) this.frame.style.height = `${height}px`;
  }

  // A letter that is wider than the screen is drawn smaller, down to half; what is wider still is scrolled.
  fit() {
    const { letter } = this;
    letter.style.zoom = "";
    const scale = letter.clientWidth / letter.scrollWidth;
    if (scale < 0.99) letter.style.zoom = String(Math.max(scale, SMALLEST));
  }

  // Who clicked into a letter can still use the page's keys: what has a meaning there has none here.
  pass(event) {
    const { key, code, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing } = event;
    const modifierAltGraph = event.getModifierState("AltGraph");
    const pressed = { key, code, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing, modifierAltGraph };
    const passed = new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true });
    if (!this.frame.dispatchEvent(passed)) event.preventDefault();
  }
}

customElements.define("letter-frame", LetterFrame);
