/** The live connection as React sees it. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveConnection, LiveState } from './connection';

/** Keeps the connection open while the component is on the page and says how it is doing. */
export function useLive(connection: LiveConnection): LiveState {
  useEffect(() => connection.hold(), [connection]);
  return useLiveState(connection);
}

export function useLiveState(connection: LiveConnection): LiveState {
  return useSyncExternalStore(connection.subscribe, connection.getState);
}

/** Calls `listener` for each server event; the newest closure is used, without subscribing again. */
export function useLiveEvent<Payload>(connection: LiveConnection, event: string, listener: (payload: Payload) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => connection.on(event, (payload) => latest.current(payload as Payload)), [connection, event]);
}

function subscribeToNetwork(watcher: () => void): () => void {
  window.addEventListener('online', watcher);
  window.addEventListener('offline', watcher);
  return () => {
    window.removeEventListener('online', watcher);
    window.removeEventListener('offline', watcher);
  };
}

/** Whether the browser believes it has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
}
