// Requests of the composer: the form's own token, JSON back, and errors that say what happened.
import { csrfToken, renewToken } from "../lib/http.js";

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error ?? "");
    this.status = status;
    this.answer = answer;
  }
}

export async function post(url, body = new FormData()) {
  try {
    return await postOnce(url, body);
  } catch (error) {
    if (error.status !== 403 || !(await renewToken())) throw error;
    body.delete("csrfmiddlewaretoken");
    return postOnce(url, body);
  }
}

async function postOnce(url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const response = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
  const json = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = json ? await response.json() : {};
  // A redirect leads to the sign-in page: the session ran out.
  if (response.type === "opaqueredirect") throw new Refused(401, answer);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}
