// Sends the letter of a window: asked about first, then once, however often the way to the server breaks.
import { confirm } from "./ask.js";
import { questions } from "./checks.js";
import { closeComposer } from "./dock.js";
import { Refused, post } from "./http.js";
import { announce, postpone } from "./send.js";

const PAUSES = [1000, 2000, 4000, 8000, 15000]; // ms before each further try
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class Sending {
  constructor(composer) {
    this.composer = composer;
    this.running = false;
  }

  /** `button` says how: at a time, or with the conversation put away. */
  async send(button = null) {
    const { composer } = this;
    for (const line of composer.lines) line.commit();
    if (this.running || !this.addressed() || !(await this.agreed())) return;
    this.running = true;
    composer.toggleAttribute("data-sending", true);
    try {
      await this.submit(button);
    } finally {
      this.running = false;
      composer.toggleAttribute("data-sending", false);
    }
  }

  addressed() {
    const { lines, texts, notice } = this.composer;
    const wrong = lines.flatMap((line) => line.wrong());
    const none = lines.every((line) => !line.value.value);
    if (wrong.length) notice.say(texts.wrongAddress.replace("{address}", wrong[0].dataset.spec));
    else if (none) notice.say(texts.noRecipient);
    if (none) lines[0].input.focus();
    return !wrong.length && !none;
  }

  letter() {
    const { form, lines, attachments, editor, plain, preflight, dataset } = this.composer;
    return {
      subject: form.elements.subject.value.trim(),
      html: plain.on ? "" : editor.getHTML(),
      text: plain.on ? plain.text : null,
      files: attachments.count,
      recipients: lines.flatMap((line) => line.chips().map((chip) => chip.dataset.spec.toLowerCase())),
      answers: Boolean(form.elements.reply_to_message.value),
      list: dataset.list,
      slips: preflight.slips(),
    };
  }

  async agreed() {
    const { composer } = this;
    for (const { name, words } of questions(this.letter())) {
      if (await confirm(composer.querySelector(`template[data-ask=${name}]`), words)) continue;
      if (name === "subject") composer.form.elements.subject.focus();
      return false;
    }
    return true;
  }

  async submit(button) {
    const { composer } = this;
    const { attachments, draft, notice, texts } = composer;
    composer.tell("sending");
    if (attachments.running.size) notice.say(texts.uploading);
    if (!(await attachments.settled())) {
      notice.say(texts.uploadFailed);
      return;
    }
    await draft.running;
    draft.stop();
    const data = composer.read();
    if (button?.name) data.set(button.name, button.value);
    try {
      announce(await this.tried(data), texts);
      draft.done();
      closeComposer(composer);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
      if (!(error instanceof TypeError && (await postpone(composer.dataset.sendUrl, data)))) {
        this.unsent(error);
        return;
      }
      draft.done();
      closeComposer(composer);
    }
  }

  /** The letter's key makes it one message: an answer that was lost is asked for again. */
  async tried(data) {
    const { dataset, notice, texts } = this.composer;
    for (const time of PAUSES) {
      try {
        return await post(dataset.sendUrl, data);
      } catch (error) {
        const broken = error instanceof TypeError || [502, 503, 504].includes(error.status);
        // Without any network the letter waits elsewhere: send.js.
        if (!broken || !navigator.onLine) throw error;
        notice.say(texts.sendingAgain);
        await pause(time);
      }
    }
    return post(dataset.sendUrl, data);
  }

  unsent(error) {
    const { composer } = this;
    if (error.status === 409) {
      composer.conflict(error.answer);
      return;
    }
    composer.draft.start();
    for (const line of composer.lines) line.mark(error.answer?.address);
    if (error.status === 401 || error.status === 403) composer.signedOut();
    else composer.notice.say(error.answer?.error || composer.texts.notSent);
  }
}
