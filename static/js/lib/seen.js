// What was read is noted by a small request of its own: fetching a conversation marks nothing.
import { csrfToken } from "./http.js";

let noting = Promise.resolve();

/** Note that these messages of a page were shown; what is asked of the server later waits for it. */
export function noteRead(page, messages) {
  const request = fetch(`${page}seen/`, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams({ messages: messages.join(",") }),
    keepalive: true,
  }).catch(() => {});
  noting = Promise.all([noting, request]);
}

/** Resolves when all of it has arrived: "unread" must not be overtaken by "read". */
export const readNoted = () => noting;
