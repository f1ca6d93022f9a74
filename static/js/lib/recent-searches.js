// What was searched for lately: kept in this browser, for each account by itself, and gone with the sign-out.

const MOST = 10;
const PREFIX = "searches:";

const key = (account) => PREFIX + account;

export function recent(account) {
  try {
    return JSON.parse(localStorage.getItem(key(account))) ?? [];
  } catch {
    return [];
  }
}

export function remember(account, query) {
  const text = query.trim();
  if (!text || !account) return;
  const kept = [text, ...recent(account).filter((other) => other !== text)].slice(0, MOST);
  localStorage.setItem(key(account), JSON.stringify(kept));
}

export function forgetAll() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}
