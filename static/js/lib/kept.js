// Letters that wait in this browser, by the account that wrote them: on each page it is looked whether there are.
const account = () => document.body.dataset.account ?? "";

export const nameOf = (key) => `postillion:letter:${account()}:${key}`;

export function keptNames() {
  try {
    return account() ? Object.keys(localStorage).filter((name) => name.startsWith(nameOf(""))) : [];
  } catch {
    return []; // a browser that keeps nothing for anybody
  }
}
