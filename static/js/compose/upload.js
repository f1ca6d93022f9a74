// One file on its way up, in pieces: when the line breaks it goes on where it was.
import { csrfToken } from "../lib/http.js";
import { Refused, renewToken } from "./http.js";

const PIECE = 1024 * 1024;
const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30]; // s before each further try, after which it is given up
const STOPPED = -1;

// `onLoaded` hears how many bytes of the body have left.
function request(sending, url, fields, onLoaded = () => {}) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (value instanceof File) body.append(name, value, value.name);
      else body.append(name, value);
    }
    call.open("POST", url);
    call.responseType = "json";
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.upload.addEventListener("progress", (event) => onLoaded(event.loaded));
    call.addEventListener("load", () => {
      if (call.status < 300) resolve(call.response);
      else reject(new Refused(call.status, call.response ?? {}));
    });
    call.addEventListener("error", () => reject(new Refused(0, {})));
    call.addEventListener("abort", () => reject(new Refused(STOPPED, {})));
    sending.abort = () => call.abort();
    call.send(body);
  });
}

const pause = (sending, seconds) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
    sending.abort = () => (clearTimeout(timer), reject(new Refused(STOPPED, {})));
  });

/** What may go better next time: no line, a server that starts anew, a session that ran out. */
const mayPass = ({ status }) => status === 0 || status === 401 || status === 403 || status >= 500;

async function patiently(sending, run) {
  for (const seconds of PAUSES) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Refused) || !mayPass(error)) throw error;
      await pause(sending, seconds);
      if (error.status === 403) await renewToken();
    }
  }
  return run();
}

async function inPieces(sending, url, file, onProgress) {
  const told = { name: file.name, type: file.type, size: file.size };
  const begun = await patiently(sending, () => request(sending, `${url}pieces/`, told));
  let answer = begun;
  while (answer.token === undefined) {
    // After a break it is asked anew how much is there; an empty piece changes nothing.
    let from = answer.received;
    answer = await patiently(sending, async () => {
      const piece = new File([file.slice(from, from + PIECE)], file.name);
      try {
        return await request(sending, begun.url, { offset: from, file: piece }, (loaded) =>
          onProgress(Math.min(1, (from + loaded) / file.size)),
        );
      } catch (error) {
        if (!mayPass(error)) throw error;
        const now = await fetch(begun.url, { headers: { Accept: "application/json" } }).catch(() => null);
        if (!now?.ok || now.redirected) throw error;
        from = (await now.json()).received;
        throw error;
      }
    });
  }
  return answer;
}

/** The file's token when all of it is there; `cancel` on the promise stops it. */
export function upload(url, file, onProgress) {
  const sending = { abort() {} };
  const small = () => request(sending, url, { file }, (loaded) => onProgress(Math.min(1, loaded / file.size)));
  const done = file.size > PIECE ? inPieces(sending, url, file, onProgress) : patiently(sending, small);
  done.cancel = () => sending.abort();
  return done;
}
