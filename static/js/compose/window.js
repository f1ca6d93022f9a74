// <compose-window>: one letter being written. Puts the pieces of this folder around one form.
import { createEditor } from "../../build/editor.js";
import { askFor, confirm } from "./ask.js";
import { Attachments } from "./attachments.js";
import { Recipients } from "./chips.js";
import { mentionsAttachment } from "./checks.js";
import { closeComposer, discarded } from "./dock.js";
import { DraftKeeper } from "./draft.js";
import { Refused, post } from "./http.js";
import { announce, postpone } from "./send.js";
import { toolbar } from "./toolbar.js";

class ComposeWindow extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      this.draft.watch();
      return;
    }
    this.ready = true;
    this.form = this.querySelector("form");
    this.texts = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.note = this.querySelector("[data-note-saved]");
    this.draft = new DraftKeeper(this.dataset.saveUrl, {
      read: () => this.read(),
      tell: (state, answer) => this.tell(state, answer),
      saved: (answer) => this.saved(answer),
    });
    this.people();
    this.text();
    this.files();
    this.frame();
    this.draft.watch();
    this.start();
    setTimeout(() => (this.draft.stopped = false));
  }

  disconnectedCallback() {
    this.draft.unwatch();
  }

  // --- The pieces
  people() {
    const settings = {
      completeUrl: this.dataset.completeUrl,
      removeText: this.texts.remove,
      onChange: () => this.draft.changed(),
    };
    this.lines = [...this.querySelectorAll("[data-recipients]")].map((line) => new Recipients(line, settings));
    for (const button of this.querySelectorAll("[data-show-line]")) {
      button.addEventListener("click", () => this.showLine(button.dataset.showLine));
    }
    this.form.elements.subject.addEventListener("input", () => this.subjectChanged());
    this.form.elements.from?.addEventListener("change", () => this.draft.changed());
  }

  text() {
    const plain = this.form.elements.text;
    const root = this.querySelector("[data-editor]");
    const html = this.form.elements.html;
    plain.hidden = true;
    plain.disabled = true;
    root.hidden = false;
    this.editor = createEditor(root, {
      onInput: () => this.draft.changed(),
      onImages: (files) => this.attachments.take(files, true),
      onFormat: () => this.toolbar?.show(),
    });
    this.editor.setHTML(html.value);
    this.toolbar = toolbar(this.querySelector("[data-toolbar]"), this.editor, {
      ask: (selected) => this.askLink(selected),
      onPicture: () => this.choosePicture(),
    });
    this.editor.key("Tab", null);
    this.editor.key("Shift-Tab", null);
  }

  files() {
    this.attachments = new Attachments(this.form, {
      uploadUrl: this.dataset.uploadUrl,
      limit: Number(this.dataset.limit),
      texts: this.texts,
      onChange: (what, name) => this.filesChanged(what, name),
      onPicture: (url, name) => {
        this.editor.picture(url, name);
        this.draft.changed();
      },
    });
    this.querySelector("[data-attach]").addEventListener("click", (event) => {
      event.preventDefault();
      this.attachments.chooser.click();
    });
  }

  frame() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    const on = (name, run) => this.querySelector(`[data-window=${name}]`)?.addEventListener("click", run);
    on("minimise", () => this.toggle("minimised"));
    on("full", () => this.toggle("full"));
    on("close", () => this.close());
    on("discard", () => this.discard());
    this.querySelector("[data-window-head]").addEventListener("click", (event) => {
      if (this.dataset.state === "minimised" && !event.target.closest("button")) this.toggle("minimised");
    });
    this.querySelector("[data-notice]").addEventListener("click", (event) => this.noticed(event));
  }

  start() {
    if (this.lines.some((line) => line.line.dataset.recipients === "to" && !line.value.value)) this.lines[0].input.focus();
    else if (this.form.elements.subject.value || this.dataset.quoted) this.focusText();
    else this.form.elements.subject.focus();
  }

  focusText() {
    this.editor.focus();
    this.editor.toStart();
  }

  // --- The form as it stands
  read() {
    this.form.elements.html.value = this.editor.getHTML();
    const data = new FormData(this.form);
    for (const line of this.lines) data.set(line.value.name, line.whole);
    return data;
  }

  saved(answer) {
    this.form.elements.draft.value = answer.draft;
    document.dispatchEvent(new CustomEvent("postillion:draft"));
    this.attachments.renew(answer.attachments);
  }

  subjectChanged() {
    const subject = this.form.elements.subject.value.trim();
    this.querySelector("[data-title]").textContent = subject || this.texts.newMessage;
    this.draft.changed();
  }

  filesChanged(what, name) {
    if (what === "limit") this.notice(this.texts.tooLarge.replace("{name}", name));
    else this.draft.changed();
  }

  showLine(name) {
    const line = this.querySelector(`[data-line=${name}]`);
    line.classList.add("is-shown");
    this.querySelector(`[data-show-line=${name}]`)?.toggleAttribute("hidden", true);
    line.querySelector("input:not([type=hidden])").focus();
  }

  async askLink(selected) {
    const typed = /^https?:|^mailto:|^www\./iu.test(selected) ? selected : "";
    const url = await askFor(this.querySelector("template[data-ask=link]"), typed);
    if (!url || url === true) return "";
    if (/^(https?|mailto|tel):/iu.test(url)) return url;
    return url.includes("@") ? `mailto:${url}` : `https://${url}`;
  }

  choosePicture() {
    const chooser = document.createElement("input");
    Object.assign(chooser, { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true });
    chooser.addEventListener("change", () => this.attachments.take([...chooser.files], true));
    chooser.click();
  }

  // --- What the keeper tells
  tell(state, answer = {}) {
    const words = { saving: this.texts.saving, saved: this.texts.saved, unsaved: this.texts.unsaved };
    this.note.textContent = words[state] ?? "";
    this.note.dataset.state = state;
    if (state === "signed-out") this.notice(this.texts.signedOut);
    else if (state === "refused") this.notice(answer.error ?? this.texts.unsaved);
    else if (state === "conflict") this.conflict(answer);
    else if (state === "saved") this.notice("");
  }

  conflict(answer) {
    const choices = [{ action: "copy", text: this.texts.keepCopy }];
    if (answer.compose_url) choices.unshift({ action: "newer", text: this.texts.openNewer, url: answer.compose_url });
    this.notice(answer.error, choices);
  }

  notice(text, choices = []) {
    const notice = this.querySelector("[data-notice]");
    notice.hidden = !text;
    notice.querySelector("[data-notice-text]").textContent = text;
    const buttons = choices.map((choice) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button button-s", textContent: choice.text });
      Object.assign(button.dataset, choice);
      return button;
    });
    notice.querySelector("[data-notice-choices]").replaceChildren(...buttons);
  }

  noticed(event) {
    const { action, url } = event.target.closest("button")?.dataset ?? {};
    if (action === "copy") {
      this.form.elements.draft.value = "";
      this.form.elements.message_id.value = "";
      this.notice("");
      this.draft.start();
    } else if (action === "newer") this.replace(url);
  }

  replace(url) {
    this.draft.stop();
    closeComposer(this, { open: url });
  }

  // --- Sending
  async send() {
    for (const line of this.lines) line.commit();
    if (this.sending || !this.addressed() || !(await this.checked())) return;
    this.sending = true;
    this.toggleAttribute("data-sending", true);
    try {
      await this.submit();
    } finally {
      this.sending = false;
      this.toggleAttribute("data-sending", false);
    }
  }

  addressed() {
    const wrong = this.lines.flatMap((line) => line.wrong());
    const none = this.lines.every((line) => !line.value.value);
    if (wrong.length) this.notice(this.texts.wrongAddress.replace("{address}", wrong[0].dataset.spec));
    else if (none) this.notice(this.texts.noRecipient);
    if (none) this.lines[0].input.focus();
    return !wrong.length && !none;
  }

  async checked() {
    const subject = this.form.elements.subject.value.trim();
    const ask = (name) => confirm(this.querySelector(`template[data-ask=${name}]`));
    if (!subject && !(await ask("subject"))) {
      this.form.elements.subject.focus();
      return false;
    }
    const forgotten = !this.attachments.count && mentionsAttachment(this.editor.getHTML(), subject);
    return !forgotten || Boolean(await ask("attachment"));
  }

  async submit() {
    this.tell("sending");
    if (this.attachments.running.size) this.notice(this.texts.uploading);
    if (!(await this.attachments.settled())) {
      this.notice(this.texts.uploadFailed);
      return;
    }
    await this.draft.running;
    this.draft.stop();
    try {
      announce(await post(this.dataset.sendUrl, this.read()), this.texts);
      closeComposer(this);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
      if (error instanceof TypeError && (await postpone(this.dataset.sendUrl, this.read()))) closeComposer(this);
      else this.unsent(error);
    }
  }

  unsent(error) {
    this.draft.start();
    for (const line of this.lines) line.mark(error.answer?.address);
    this.notice(error.answer?.error || (error.status === 401 ? this.texts.signedOut : this.texts.notSent));
  }

  // --- The window
  key(event) {
    if (event.isComposing || event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    this.close();
  }

  toggle(state) {
    this.dataset.state = this.dataset.state === state ? "open" : state;
    if (this.dataset.state !== "minimised") this.editor.focus();
  }

  /** Save what was written, now; a letter that says nothing new is left as it is. */
  async keep() {
    for (const line of this.lines) line.commit();
    await this.draft.save();
  }

  async close() {
    await this.keep();
    if (this.draft.dirty && !(await confirm(this.querySelector("template[data-ask=unsaved]")))) return;
    closeComposer(this, { kept: Boolean(this.form.elements.draft.value) });
  }

  async discard() {
    await this.draft.running;
    const fresh = !this.form.elements.draft.value && !this.draft.dirty;
    this.draft.stop();
    const answer = this.form.elements.draft.value ? await post(this.dataset.discardUrl, this.read()) : {};
    closeComposer(this);
    if (!fresh) discarded(this, answer.undo_url);
  }

  // Undo of discard: the same window returns, with all that was in it.
  restored() {
    this.draft.start();
    this.editor.focus();
  }
}

customElements.define("compose-window", ComposeWindow);
