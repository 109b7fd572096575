/** Push on this very browser: whether it is on, and how to switch it. */
import { useCallback, useEffect, useState } from 'react';
import type { AnySession } from '~/api';
import { ask } from '~/api/ask';

export type PushState = 'unknown' | 'unsupported' | 'denied' | 'off' | 'on';

const isSupported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function findSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function readState(): Promise<PushState> {
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await findSubscription()) ? 'on' : 'off';
}

function parseKey(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** "Chrome on Android", as far as the browser says it. */
export function nameThisDevice(userAgent = navigator.userAgent): string {
  const browser = /Edg/.test(userAgent) ? 'Edge' : /Firefox/.test(userAgent) ? 'Firefox' : /Chrom/.test(userAgent) ? 'Chrome' : /Safari/.test(userAgent) ? 'Safari' : null;
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux'].find((name) => userAgent.includes(name));
  return browser && system ? `${browser} on ${system}` : (browser ?? system ?? '');
}

/** Why push could not be switched on, as a word that the screen has a sentence for; browsers say it in words of their own. */
export type PushFault = 'refused' | 'unreachable' | 'broken';

/** What the browser threw, if it was the browser. */
export function faultOf(error: unknown): PushFault | null {
  if (!(error instanceof DOMException)) return null;
  if (error.name === 'NotAllowedError') return 'refused';
  // Chromium says so when its push service does not answer, or when the browser was built without one.
  if (error.name === 'AbortError' || error.name === 'NetworkError') return 'unreachable';
  return 'broken';
}

export function useDevicePush(session: AnySession): { state: PushState; enable: () => Promise<void>; disable: () => Promise<void> } {
  const [state, setState] = useState<PushState>('unknown');
  const look = useCallback(async () => setState(await readState()), []);
  useEffect(() => {
    void look();
  }, [look]);
  const enable = useCallback(async () => {
    const permission = await Notification.requestPermission();
    if (permission !== 'granted') return look();
    const { publicKey } = (await ask<{ publicKey: string }>('GET', '/api/push/key', { session })).data;
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: parseKey(publicKey) });
    const { endpoint, keys } = subscription.toJSON();
    const deviceName = nameThisDevice();
    await ask('POST', '/api/push/subscriptions', { body: { endpoint, keys, ...(deviceName ? { deviceName } : {}) }, session });
    return look();
  }, [look, session]);
  const disable = useCallback(async () => {
    await (await findSubscription())?.unsubscribe();
    return look();
  }, [look]);
  return { state, enable, disable };
}
