/** Registers the service worker that keeps the shell for offline starts; development pages go without. */
import { registerSW } from 'virtual:pwa-register';

export function startServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  registerSW({
    onRegisterError: (error: unknown) => console.warn('offline start is not available', error),
  });
}
