export { LiveConnection, userLive, customerLive, ACK_TIMEOUT_MS, type LiveState } from './connection';
export { useLive, useLiveState, useLiveEvent, useOnline } from './hooks';
