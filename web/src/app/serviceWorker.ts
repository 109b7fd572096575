/** Registers the service worker that keeps the shell for offline starts; development pages go without. */

/** A page that outlived its version asks for a file that is gone; once in this time it is loaded anew for that. */
const RELOAD_PAUSE_MS = 60_000;
const RELOADED_KEY = 'frontdesk.reloaded';

export function startServiceWorker(): void {
  if (!import.meta.env.PROD) return;
  window.addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(RELOADED_KEY));
    if (!navigator.onLine || Date.now() - last < RELOAD_PAUSE_MS) return;
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
    window.location.reload();
  });
  if (!('serviceWorker' in navigator)) return;
  // After the page itself: what the worker keeps must not compete with what somebody waits for.
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => console.warn('offline start is not available', error));
  });
}
