// Tell the server in which time zone the browser is: for those who chose none (webmail/middleware.py).
import { idle } from "./lib/idle.js";

const told = () => document.cookie.split("; ");

function tell() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || told().includes(`time_zone=${zone}`)) return;
  document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// To ask for it loads the browser's tables, which takes longer than all other behaviours together. Who told it before waits.
if (told().some((cookie) => cookie.startsWith("time_zone="))) idle().then(tell);
else tell();
