// Keeps the draft: saved within three seconds of a change, when the page hides, and before it goes.
import { Refused, post } from "./http.js";
import { forget, hold, isCarried, keep } from "./keepsake.js";

const QUIET = 1200; // ms without a key before it is saved
const LATEST = 2500; // ms after which it is saved though the keys go on
const AGAIN = 5000; // ms until the next try after a failure
const ASIDE = 800; // ms after which this browser keeps what was written, in case that it dies

const wordsOf = (data) => JSON.stringify([...data].filter(([, value]) => typeof value === "string"));

export class DraftKeeper {
  // `read()` gives the form's data as it stands; `tell(state, answer)` shows it.
  constructor(url, { read, tell, saved }) {
    Object.assign(this, { url, read, tell, saved });
    this.dirty = false;
    this.failing = false;
    // Filling the window in is no change of the writer's: nothing is saved for it.
    this.stopped = true;
    this.first = ""; // what stood there then, until it is changed
    this.since = 0;
    this.timer = 0;
    this.running = null;
    this.aside = 0;
    this.long = false; // longer than a page that goes can carry along, when it was read last
    this.release = () => {};
    this.hidden = () => document.visibilityState === "hidden" && this.save();
    this.leaving = () => this.beacon();
    // To another program, which may be the one that ends this one.
    this.blurred = () => this.save();
    this.back = (event) => event.persisted && forget(this.key);
  }

  watch() {
    this.key = this.read().get("key");
    this.release = hold(this.key);
    if (this.failing) this.later(0);
    document.addEventListener("visibilitychange", this.hidden);
    window.addEventListener("pagehide", this.leaving);
    window.addEventListener("blur", this.blurred);
    window.addEventListener("pageshow", this.back);
  }

  unwatch() {
    clearTimeout(this.timer);
    clearTimeout(this.aside);
    this.release();
    document.removeEventListener("visibilitychange", this.hidden);
    window.removeEventListener("pagehide", this.leaving);
    window.removeEventListener("blur", this.blurred);
    window.removeEventListener("pageshow", this.back);
  }

  // From now on changes are the writer's.
  begin() {
    this.stopped = false;
    const data = this.read();
    this.first = wordsOf(data);
    this.long = !isCarried(data);
  }

  // The editor tells of changes that are none: an extension marked its elements, a spell checker looked at them.
  stirred() {
    if (this.stopped || (this.first && wordsOf(this.read()) === this.first)) return;
    this.changed();
  }

  changed() {
    if (this.stopped) return;
    this.first = "";
    const now = Date.now();
    if (!this.dirty) this.since = now;
    this.dirty = true;
    this.aside ||= setTimeout(() => this.keepAside(), ASIDE);
    this.later(Math.max(0, Math.min(QUIET, this.since + LATEST - now)));
  }

  // A tab that is killed says nothing more: what the server has not yet is found here (keepsake.js).
  keepAside() {
    this.aside = 0;
    // The server has a long letter soon enough: to write it out each second would be felt in the keys.
    if (this.dirty && !this.stopped && (this.failing || !this.long)) keep(this.url, this.read());
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // Resolves when nothing is left to save, or the last try has failed.
  async save() {
    while (this.running) await this.running;
    if (!this.dirty || this.stopped) return;
    clearTimeout(this.timer);
    this.dirty = false;
    this.running = this.request();
    await this.running;
  }

  async request() {
    this.tell("saving");
    try {
      const data = this.read();
      this.long = !isCarried(data);
      this.saved(await post(this.url, data));
      this.failing = false;
      if (!this.dirty) this.settled();
    } catch (error) {
      this.failed(error);
    } finally {
      this.running = null;
    }
  }

  settled() {
    forget(this.key);
    this.tell("saved");
  }

  failed(error) {
    this.dirty = this.failing = true;
    this.keepAside();
    const refused = error instanceof Refused;
    if (refused && error.status === 409) {
      this.stopped = true;
      this.tell("conflict", error.answer);
    } else if (refused && [401, 403].includes(error.status)) {
      this.tell("signed-out");
      this.later(AGAIN);
    } else if (refused && error.status >= 400 && error.status < 500) {
      this.tell("refused", error.answer);
    } else {
      this.tell("unsaved");
      this.later(AGAIN);
    }
  }

  // The page goes: no answer can be awaited. What is too long to be carried, or could not be saved before,
  // stays in this browser.
  beacon() {
    if (this.stopped || !(this.dirty || this.running)) return;
    const data = this.read();
    if (this.failing || !isCarried(data) || !navigator.sendBeacon(this.url, data)) keep(this.url, data);
    else {
      this.dirty = false;
      forget(this.key);
    }
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** The letter is sent or thrown away: nothing of it is to come back. */
  done() {
    this.stop();
    forget(this.key);
  }

  start() {
    this.stopped = false;
    this.changed();
  }
}
