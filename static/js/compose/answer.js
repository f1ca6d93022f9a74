// Without a network a window comes empty: an answer gets from the page to whom it goes, and what it answers.

const addressIn = (message) => {
  const named = message.querySelector(".message-address")?.textContent ?? message.querySelector(".message-author").textContent;
  return named.trim().replace(/^<|>$/g, "");
};

/** The fields of an answer to a message of the page; none for another letter. */
export function answerFields(url) {
  const query = new URL(url, location.href).searchParams;
  const id = query.get("reply") ?? query.get("reply_all");
  const message = id && document.getElementById(`message-${id}`);
  if (!message) return [...query].filter(([name]) => ["to", "cc", "subject"].includes(name));
  const subject = document.getElementById("conversation-subject").textContent.trim();
  return [
    ["to", addressIn(message)],
    ["subject", /^re:/i.test(subject) ? subject : `Re: ${subject}`],
    ["reply_to_message", id],
  ];
}
