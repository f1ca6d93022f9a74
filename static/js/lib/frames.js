// Frames of letters made ready out of sight, and moved into the page as they are, where a browser can (moveBefore).

const MOST = 6;
const OF_ONE = 2;
const WIDTH = "46rem";
const made = new Map();

function stage() {
  const before = document.getElementById("frame-stage");
  if (before) return before;
  const place = document.createElement("div");
  place.id = "frame-stage";
  place.inert = true;
  place.ariaHidden = "true";
  document.body.append(place);
  return place;
}

function make(owner, frame) {
  const src = frame.getAttribute("src");
  if (made.has(src)) return;
  // Pictures from elsewhere would tell their sender of a letter that nobody has opened yet.
  frame.src = `${src}?early=1`;
  frame.loading = "eager";
  frame.style.width = WIDTH;
  made.set(src, { owner, frame });
  stage().append(frame);
  const oldest = made.keys().next().value;
  if (made.size > MOST) remove(oldest);
}

function remove(src) {
  made.get(src)?.frame.remove();
  made.delete(src);
}

/** Load the first letters of a conversation that was fetched ahead. */
export function makeFrames(owner, html) {
  if (!("moveBefore" in Element.prototype) || !html.includes("<letter-frame")) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  const frames = [...page.querySelectorAll("letter-frame iframe")].slice(0, OF_ONE);
  for (const frame of frames) make(owner, document.importNode(frame));
}

export function dropFrames(owner) {
  for (const [src, entry] of [...made]) if (entry.owner === owner) remove(src);
}

/** Tell whether a letter has to be loaded once more, with its pictures. */
const isLate = (frame) => "late" in (frame.contentDocument?.documentElement.dataset ?? {});

/** Leave out of a fragment the frames that are ready: their letters take them. */
export function spare(fragment) {
  for (const letter of fragment.querySelectorAll("letter-frame")) {
    const frame = made.get(letter.dataset.src)?.frame;
    if (frame && !isLate(frame)) letter.querySelector("iframe").remove();
  }
}

/** Move the frame of a letter from the stage into it. */
export function take(letter) {
  const src = letter.dataset.src;
  const { frame } = made.get(src);
  made.delete(src);
  frame.style.width = "";
  letter.moveBefore(frame, null);
  frame.addEventListener("load", () => isLate(frame) && (frame.src = src), { once: true });
  return frame;
}
