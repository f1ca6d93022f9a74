// Letters that wait for the network in this browser: sent when it is back; what can't be sent is offered to be mended.
import { csrfToken, post } from "./lib/http.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";
import { ask, listen } from "./lib/worker.js";

let waiting = 0;

function note(count) {
  waiting = count;
  document.dispatchEvent(new CustomEvent("postillion:waiting", { detail: count }));
}

const compose = (url, fields) => document.dispatchEvent(new CustomEvent("postillion:compose", { detail: { url, fields } }));

/** Open a letter again; one with files as the draft that the server makes of it. */
async function edit(key) {
  const { letter } = (await ask("take", { key })) ?? {};
  if (!letter) return;
  if (!letter.fields.some(([name]) => name === "attachment")) {
    compose("/compose/", letter.fields);
    return;
  }
  try {
    const { draft } = await post("/compose/save/", letter.fields);
    compose(`/compose/?draft=${draft}`);
  } catch {
    await ask("add", { letter });
    toast(word("needsNetwork"), { bad: true });
  }
}

function refused({ key, error }) {
  const action = { text: word("edit"), run: () => edit(key) };
  toast(word("notSent").replace("{}", error ?? ""), { bad: true, action, lasting: true });
}

listen((told) => {
  if (told.type === "letters") note(told.waiting);
  else if (told.type === "sent") toast(word("sent"));
  else if (told.type === "refused") refused(told);
});

const send = async () => {
  const answer = await ask("letters");
  if (!answer) return;
  note(answer.waiting);
  answer.refused.forEach(refused);
  if (answer.waiting && navigator.onLine) ask("send", { token: csrfToken() });
};

document.addEventListener("postillion:edit-letter", ({ detail }) => edit(detail));
document.addEventListener("postillion:worker", send);
addEventListener("online", send);
document.addEventListener("postillion:reached", () => waiting && send());

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/sign-out/" && waiting && !confirm(word("loseLetters"))) event.preventDefault();
});
