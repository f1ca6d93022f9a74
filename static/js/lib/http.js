// Requests of scripts: JSON answers, the CSRF token, and leading to the sign-in page when the session is over.

export class RequestError extends Error {
  /** `answer` is what the server says, as far as it says something. */
  constructor(status, answer) {
    super(`HTTP ${status}`);
    Object.assign(this, { status, answer });
  }
}

export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
}

/** Lead to the sign-in page; not away from a letter, over which one can sign in. */
function signIn(page) {
  if (document.querySelector("compose-window")) document.dispatchEvent(new CustomEvent("postillion:signed-out"));
  else location.assign(page);
}

async function answer(response) {
  if (response.status === 401) signIn(response.headers.get("HX-Redirect") ?? "/sign-in/");
  if (!response.ok) throw new RequestError(response.status, await response.json().catch(() => ({})));
  return response.json();
}

export async function get(url, { signal } = {}) {
  return answer(await fetch(url, { headers: { Accept: "application/json" }, signal }));
}

export async function post(url, fields) {
  return answer(
    await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: new URLSearchParams(fields),
      keepalive: true,
    }),
  );
}

/** After a new sign-in the page's token is worth nothing: have the new one. False when nobody is signed in. */
export async function renewToken() {
  const response = await fetch("/signed-in/", { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!response.ok) return false;
  const answer = await response.json();
  // Somebody else's page now; what was written is kept in this browser for its writer.
  if (String(answer.account) !== document.body.dataset.account) location.reload();
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = answer.token;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": answer.token }));
  return true;
}
