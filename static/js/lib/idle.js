/** Resolve after so many milliseconds, once the browser has nothing better to do. */
export const idle = (wait = 0) => new Promise((resolve) => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(resolve), wait));
