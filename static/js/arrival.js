// A conversation comes without a jump: what follows a letter is shown when the letter has its height.
const PATIENCE = 5000;
const WAITED_FOR = "letter-frame:not(.is-shown), .message-event:empty";
let first = null;

const opened = () => document.querySelector("#main .conversation");

/** What is waited for: only what stands in the window, as letters further down load when one comes near. */
function isWaiting(conversation) {
  const { bottom } = conversation.closest(".scroll").getBoundingClientRect();
  return [...conversation.querySelectorAll(WAITED_FOR)].some((piece) => piece.getBoundingClientRect().top < bottom);
}

/** Where there is room for both, the subject stays in sight, too. */
function isFar(message) {
  const scroller = message.closest(".scroll");
  const top = message.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  return top > scroller.clientHeight / 2;
}

function settle() {
  const conversation = opened();
  if (!conversation || conversation.classList.contains("is-settled")) return;
  if (first && isFar(first)) first.scrollIntoView({ block: "start" });
  // In the frame after the one in which it took its place: seen and moved at once, it would have jumped.
  if (!isWaiting(conversation)) requestAnimationFrame(() => requestAnimationFrame(() => finish(conversation)));
}

function finish(conversation) {
  conversation.classList.add("is-settled");
  first = null;
}

/** The first message that is new stands in sight; who scrolls meanwhile is left alone. */
function arrive() {
  const conversation = opened();
  if (!conversation || conversation.classList.contains("is-settled")) return;
  first = conversation.querySelector(".message.is-unread.is-open:not(:first-child)");
  settle();
  setTimeout(finish, PATIENCE, conversation);
}

document.addEventListener("htmx:after:swap", (event) => {
  if (["pane", "main"].includes(event.detail.ctx.target?.id)) arrive();
  else settle();
});
document.addEventListener("postillion:letter", () => queueMicrotask(settle));
document.addEventListener("wheel", () => (first = null), { passive: true });
document.addEventListener("touchmove", () => (first = null), { passive: true });
document.addEventListener("keydown", () => (first = null));
arrive();
