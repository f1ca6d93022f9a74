// The settings of this browser: whether mail is kept in it, and whether it is told of new mail.
import { post } from "./lib/http.js";
import { ask, listen, start } from "./lib/worker.js";

const place = () => document.querySelector("[data-device]");
const field = (name) => place().querySelector(`#${name}-field`);
let offer = null;

function said(name, text) {
  const place = field(name).closest(".setting").querySelector("output");
  place.value = text;
  setTimeout(() => (place.value = ""), 3000);
}

function complain(name) {
  const error = document.getElementById("notices-error");
  error.textContent = name ? (error.dataset[name] ?? error.dataset.failed) : "";
}

// --- Mail kept here
async function keep(on) {
  said("keep", (await post(location.pathname, { keep: on ? "on" : "off" })).text);
  document.body.dataset.keep = on ? "on" : "off";
  if (!on) await ask("forget");
  document.dispatchEvent(new CustomEvent("postillion:keep"));
}

// --- Notices
const encoded = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function subscribe() {
  if (!("PushManager" in window) || !("Notification" in window)) throw new Error("unsupported");
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  await start();
  const { pushManager } = await navigator.serviceWorker.ready;
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: place().dataset.pushKey });
}

async function notify() {
  const subscription = await subscribe();
  return post(place().dataset.pushUrl, {
    endpoint: subscription.endpoint,
    public_key: encoded(subscription.getKey("p256dh")),
    secret: encoded(subscription.getKey("auth")),
    content: field("content").checked,
  });
}

async function stop() {
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  return post(place().dataset.pushEnd, {});
}

async function notices(name) {
  const on = field("notices").checked;
  complain("");
  try {
    said(name, (await (on ? notify() : stop())).text);
  } catch (error) {
    if (on) field("notices").checked = false;
    complain(error.message);
  }
  field("content").disabled = !field("notices").checked;
}

document.addEventListener("change", ({ target }) => {
  if (!target.closest?.("[data-device]")) return;
  if (target.name === "keep") keep(target.checked);
  else notices(target.name);
});

// --- Installing
function offerIt() {
  const button = document.querySelector("[data-device] [data-install]");
  if (button) button.hidden = !offer;
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  offerIt();
});
document.addEventListener("click", ({ target }) => {
  if (!offer || !target.closest?.("[data-install]")) return;
  offer.prompt();
  offer = null;
  offerIt();
});
document.addEventListener("htmx:after:settle", offerIt);

// --- A notice was clicked
listen((told) => {
  if (told.type === "open") htmx.ajax("GET", told.url, { target: "#main", swap: "outerHTML", push: "true" });
});
