// Which labels stand unfolded: kept in this browser. shell/sidebar.html reads it before the first paint.

const key = () => `labels:open:${document.body.dataset.account}`;

export function kept() {
  try {
    return JSON.parse(localStorage.getItem(key())) ?? [];
  } catch {
    return [];
  }
}

export function keep(ids) {
  try {
    localStorage.setItem(key(), JSON.stringify(ids));
  } catch {
    // A browser that keeps nothing.
  }
}
