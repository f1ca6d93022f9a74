// One file on its way up, in pieces: when the line breaks it goes on where it was.
import { csrfToken, renewToken, RequestError } from "./http.js";

const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30]; // s before each further try, after which it is given up
export const STOPPED = -1; // the status of what was cancelled

// `onLoaded` hears how many bytes of the body have left.
function request(sending, url, body, onLoaded = () => {}) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.responseType = "json";
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.upload.addEventListener("progress", (event) => onLoaded(event.loaded));
    call.addEventListener("load", () => {
      if (call.status < 300) resolve(call.response);
      else reject(new RequestError(call.status, call.response ?? {}));
    });
    call.addEventListener("error", () => reject(new RequestError(0, {})));
    call.addEventListener("abort", () => reject(new RequestError(STOPPED, {})));
    sending.abort = () => call.abort();
    call.send(body);
  });
}

function form(fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return body;
}

const pause = (sending, seconds) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
    sending.abort = () => (clearTimeout(timer), reject(new RequestError(STOPPED, {})));
  });

/** What may go better next time: no line, a server that starts anew, a session that ran out. */
const mayPass = ({ status }) => status === 0 || status === 401 || status === 403 || status >= 500;

async function patiently(sending, run) {
  for (const seconds of PAUSES) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof RequestError) || !mayPass(error)) throw error;
      await pause(sending, seconds);
      if (error.status === 403) await renewToken();
    }
  }
  return run();
}

/** How much is there; null when nobody says so. */
async function there(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? (await answer.json()).received : null;
}

async function inPieces(sending, url, file, fields, onProgress) {
  const told = () => form({ name: file.name, type: file.type, size: file.size, ...fields });
  const begun = await patiently(sending, () => request(sending, url, told()));
  let answer = begun;
  while (answer.received < file.size || answer === begun) {
    let from = answer.received;
    answer = await patiently(sending, async () => {
      try {
        return await request(sending, `${begun.url}?at=${from}`, file.slice(from, from + begun.piece), (loaded) =>
          onProgress(Math.min(1, (from + loaded) / file.size)),
        );
      } catch (error) {
        // After a break it is asked anew how much is there.
        if (mayPass(error)) from = (await there(begun.url)) ?? from;
        throw error;
      }
    });
  }
  return answer;
}

function cancellable(start) {
  const sending = { abort() {} };
  const done = start(sending);
  done.cancel = () => sending.abort();
  return done;
}

/** Send a file up in pieces to where `url` says; what it became when all of it is there. `cancel` stops it. */
export const uploadInPieces = (url, file, fields, onProgress) =>
  cancellable((sending) => inPieces(sending, url, file, fields, onProgress));

/** Send a small file up in one request. */
export const uploadAtOnce = (url, file, onProgress) =>
  cancellable((sending) =>
    patiently(sending, () =>
      request(sending, url, form({ file }), (loaded) => onProgress(Math.min(1, loaded / file.size))),
    ),
  );
