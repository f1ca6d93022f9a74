// <compose-window>: one letter being written. Puts the pieces of this folder around one form.
import { createEditor } from "../../build/editor.js";
import { toast } from "../lib/toast.js";
import { askLink, confirm } from "./ask.js";
import { Attachments } from "./attachments.js";
import { Recipients } from "./chips.js";
import { closeComposer, discarded } from "./dock.js";
import { DraftKeeper } from "./draft.js";
import { post } from "./http.js";
import { later } from "./later.js";
import { Notice } from "./notice.js";
import { PlainText } from "./plain.js";
import { Preflight } from "./preflight.js";
import { Sending } from "./sending.js";
import { signedIn } from "./sign-in.js";
import { signature } from "./signature.js";
import { templates } from "./templates.js";
import { toolbar } from "./toolbar.js";

class ComposeWindow extends HTMLElement {
  endOfSession = () => this.signedOut();

  connectedCallback() {
    document.addEventListener("postillion:signed-out", this.endOfSession);
    if (this.ready) {
      this.draft.watch();
      return;
    }
    this.ready = true;
    this.form = this.querySelector("form");
    this.texts = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.note = this.querySelector("[data-note-saved]");
    this.notice = new Notice(this.querySelector("[data-notice]"), (action, url) => this.choose(action, url));
    this.sending = new Sending(this);
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
    setTimeout(() => this.draft.begin());
  }

  disconnectedCallback() {
    document.removeEventListener("postillion:signed-out", this.endOfSession);
    this.draft.unwatch();
  }

  // --- The pieces
  people() {
    const settings = {
      completeUrl: this.dataset.completeUrl,
      removeText: this.texts.remove,
      onChange: () => {
        this.draft.changed();
        this.preflight?.look();
      },
    };
    this.lines = [...this.querySelectorAll("[data-recipients]")].map((line) => new Recipients(line, settings));
    this.preflight = new Preflight(this.lines, {
      url: this.dataset.checkUrl,
      useText: this.texts.use,
      size: () => this.attachments?.used ?? 0,
    });
    for (const button of this.querySelectorAll("[data-show-line]")) {
      button.addEventListener("click", () => this.showLine(button.dataset.showLine));
    }
    const { subject } = this.form.elements;
    subject.addEventListener("input", () => this.subjectChanged());
    // A form's Enter would send what was only begun.
    subject.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.focusText();
    });
    signature(this);
  }

  text() {
    const root = this.querySelector("[data-editor]");
    const html = this.form.elements.html;
    root.hidden = false;
    this.editor = createEditor(root, {
      onInput: () => this.draft.stirred(),
      onImages: (files) => this.attachments.take(files, true),
      onFormat: () => this.toolbar?.show(),
    });
    this.editor.setHTML(html.value);
    this.toolbar = toolbar(this.querySelector("[data-toolbar]"), this.editor, {
      ask: (selected) => askLink(this.querySelector("template[data-ask=link]"), selected),
      onPicture: () => this.choosePicture(),
    });
    this.plain = new PlainText(this, {
      button: this.querySelector("[data-plain-text]"),
      area: this.form.elements.text,
      root,
      onInput: () => this.draft.changed(),
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
      event.submitter?.closest("[popover]")?.hidePopover();
      this.sending.send(event.submitter);
    });
    later(this);
    templates(this);
    const on = (name, run) => this.querySelector(`[data-window=${name}]`)?.addEventListener("click", run);
    on("minimise", () => this.toggle("minimised"));
    on("full", () => this.toggle("full"));
    on("close", () => this.close());
    on("discard", () => this.discard());
    this.querySelector("[data-window-head]").addEventListener("click", (event) => {
      if (this.dataset.state === "minimised" && !event.target.closest("button")) this.toggle("minimised");
    });
  }

  start() {
    if (this.lines.some((line) => line.line.dataset.recipients === "to" && !line.value.value)) this.lines[0].input.focus();
    else if (this.form.elements.subject.value || this.dataset.quoted) this.focusText();
    else this.form.elements.subject.focus();
  }

  focusText() {
    if (this.plain.on) {
      this.plain.focus();
      return;
    }
    this.editor.focus();
    this.editor.toStart();
  }

  // --- The form as it stands
  body() {
    return this.plain.on ? { text: this.plain.text } : { html: this.editor.getHTML() };
  }

  read() {
    this.form.elements.html.value = this.body().html ?? "";
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
    if (what === "limit") this.notice.say(this.texts.tooLarge.replace("{name}", name));
    else this.draft.changed();
    this.preflight.draw();
  }

  showLine(name) {
    const line = this.querySelector(`[data-line=${name}]`);
    line.classList.add("is-shown");
    this.querySelector(`[data-show-line=${name}]`)?.toggleAttribute("hidden", true);
    line.querySelector("input:not([type=hidden])").focus();
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
    if (state === "signed-out") this.signedOut();
    else if (state === "refused") this.notice.say(answer.error ?? this.texts.unsaved);
    else if (state === "conflict") this.conflict(answer);
    else if (state === "saved") this.notice.say("");
  }

  conflict(answer) {
    const choices = [{ action: "copy", text: this.texts.keepCopy }];
    if (answer.compose_url) choices.unshift({ action: "newer", text: this.texts.openNewer, url: answer.compose_url });
    this.notice.say(answer.error, choices);
  }

  choose(action, url) {
    if (action === "copy") this.part();
    else if (action === "newer") this.replace(url);
    else if (action === "sign-in") this.signIn();
  }

  signedOut() {
    this.notice.say(this.texts.signedOut, [{ action: "sign-in", text: this.texts.signIn }]);
  }

  /** Sign in over the letter, which goes on as if nothing had been. */
  async signIn() {
    if (!(await signedIn(this.querySelector("template[data-ask=sign-in]")))) return;
    this.notice.say("");
    (this.plain.on ? this.plain.area : this.editor).focus();
    await this.draft.save();
  }

  /** From now on this is a draft of its own. */
  part() {
    this.form.elements.draft.value = "";
    this.form.elements.message_id.value = "";
    this.notice.say("");
    this.draft.start();
  }

  /** Write on in the newer one; what stands here is kept beside it. */
  async replace(url) {
    this.part();
    await this.draft.save();
    if (this.draft.dirty) return;
    toast(this.texts.keptBeside);
    closeComposer(this, { open: url });
  }

  // --- The window
  key(event) {
    if (event.isComposing || event.key !== "Escape" || event.defaultPrevented || this.querySelector(":popover-open")) return;
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
    this.draft.done();
    closeComposer(this, { kept: Boolean(this.form.elements.draft.value) });
  }

  async discard() {
    await this.draft.running;
    const fresh = !this.form.elements.draft.value && !this.draft.dirty;
    this.draft.done();
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
