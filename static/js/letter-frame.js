// <letter-frame>: an HTML letter's frame grows with its content. It runs no scripts of its own, so we measure it.

// Both wait for letters, so they are there first.
import "./letter-bar.js";
import "./letter-links.js";
import { take } from "./lib/frames.js";
import { copyOf } from "./lib/key-event.js";

const SMALLEST = 0.5;
const PATIENCE = 5000;
const MOST_HEIGHTS = 200;
const heights = new Map();

class LetterFrame extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe") ?? take(this);
    this.frame.addEventListener("load", () => {
      this.loaded();
      this.classList.add("is-shown");
    });
    this.reserve();
    this.awaitText(performance.now() + PATIENCE);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  /** What was shown before has the height that it had then. */
  reserve() {
    const known = heights.get(this.dataset.src);
    if (known?.width === this.clientWidth) this.frame.style.height = `${known.height}px`;
  }

  /** A letter is shown when its text is there; its pictures may come later. */
  awaitText(until) {
    const page = this.frame.contentDocument;
    if (page?.URL !== "about:blank" && page?.readyState !== "loading") this.loaded();
    else if (this.isConnected && performance.now() < until) requestAnimationFrame(() => this.awaitText(until));
  }

  loaded() {
    const page = this.frame.contentDocument;
    const letter = page?.querySelector("body > .letter");
    if (!letter) return;
    if (letter !== this.letter) this.meet(page, letter);
    this.grow();
    this.classList.add("is-shown");
  }

  meet(page, letter) {
    this.letter = letter;
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => this.grow());
    this.watcher.observe(page.body);
    page.addEventListener("keydown", (event) => this.pass(event));
    this.dispatchEvent(new CustomEvent("postillion:letter", { bubbles: true, detail: { page } }));
  }

  grow() {
    this.fit();
    const page = this.frame.contentDocument;
    const height = Math.min(page.body.scrollHeight, 60000);
    if (Math.abs(height - this.frame.clientHeight) > 1) this.frame.style.height = `${height}px`;
    this.remember(height);
  }

  remember(height) {
    heights.delete(this.dataset.src);
    heights.set(this.dataset.src, { width: this.clientWidth, height });
    if (heights.size > MOST_HEIGHTS) heights.delete(heights.keys().next().value);
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
    if (!this.frame.dispatchEvent(copyOf(event))) event.preventDefault();
  }
}

customElements.define("letter-frame", LetterFrame);
