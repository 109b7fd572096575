import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Attachment } from '~/api';
import type { LiveState } from '~/live';
import type { Chat } from './engine/chat';
import { ParkedFiles } from './engine/parkedFiles';
import { startUpload } from './engine/uploads';
import { tellRefusal, useUploads } from './useUploads';

vi.mock('./engine/uploads', async (original) => ({ ...(await original<object>()), startUpload: vi.fn() }));

const attachment = { id: 'file_1', name: 'nails.txt' } as Attachment;
const file = new File(['red'], 'nails.txt', { type: 'text/plain' });

/** A chat whose connection a test takes and gives back. */
function makeChat() {
  let state: LiveState = 'live';
  const watchers = new Set<() => void>();
  const live = { getState: () => state, subscribe: (watcher: () => void) => (watchers.add(watcher), () => watchers.delete(watcher)) };
  const turn = (next: LiveState) => act(async () => {
    state = next;
    for (const watcher of [...watchers]) watcher();
  });
  return { turn, chat: { live, session: {}, parkedFiles: new ParkedFiles(), findViewer: () => ({ id: 'cust_1' }) } as unknown as Chat };
}

const mayLeave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));

describe('a file chosen without a connection', () => {
  let online: boolean;
  beforeEach(() => {
    online = false;
    vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => online);
    vi.mocked(startUpload).mockReset().mockReturnValue({ promise: Promise.resolve(attachment), cancel: () => undefined });
  });
  afterEach(() => vi.restoreAllMocks());

  it('waits, keeps the page from being left unasked, and goes out once when the connection is back', async () => {
    const { chat, turn } = makeChat();
    await turn('offline');
    const { result } = renderHook(() => useUploads(chat, 'conv_1'));
    await act(async () => result.current.add([file]));
    expect(result.current.files[0]).toMatchObject({ isWaiting: true, error: null });
    expect(startUpload).not.toHaveBeenCalled();
    expect(mayLeave()).toBe(false);
    online = true;
    await turn('reconnecting');
    expect(startUpload).not.toHaveBeenCalled();
    await turn('live');
    expect(startUpload).toHaveBeenCalledTimes(1);
    expect(result.current.ready).toEqual([attachment]);
    expect(mayLeave()).toBe(true);
  });

  it('waits too when the network went away under it', async () => {
    const { chat, turn } = makeChat();
    online = true;
    let breakOff: (reason: unknown) => void = () => undefined;
    vi.mocked(startUpload).mockReturnValueOnce({ promise: new Promise((_, reject) => (breakOff = reject)), cancel: () => undefined });
    const { result } = renderHook(() => useUploads(chat, 'conv_1'));
    await act(async () => result.current.add([file]));
    online = false;
    await act(async () => breakOff(new Problem({ code: 'OFFLINE', detail: 'You are offline.' })));
    expect(result.current.files[0]).toMatchObject({ isWaiting: true, error: null });
    online = true;
    await turn('reconnecting');
    await turn('live');
    expect(result.current.ready).toEqual([attachment]);
  });

  it('is tried again when its failure was a lost connection, and not when the server refused it', async () => {
    const { chat, turn } = makeChat();
    online = true;
    const fail = (parts: ConstructorParameters<typeof Problem>[0]) => vi.mocked(startUpload).mockReturnValueOnce({ promise: Promise.reject(new Problem(parts)), cancel: () => undefined });
    fail({ code: 'NO_ANSWER', detail: 'lost' });
    fail({ code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'no', status: 415 });
    const { result } = renderHook(() => useUploads(chat, 'conv_1'));
    await act(async () => result.current.add([file, file]));
    expect(result.current.files.map(({ error }) => error?.kind)).toEqual(['failed', 'failed']);
    await turn('reconnecting');
    await turn('live');
    expect(startUpload).toHaveBeenCalledTimes(3);
    expect(result.current.files.map(({ error }) => error?.detail ?? null)).toEqual([null, 'no']);
  });

  it('is there again when its conversation is opened again', async () => {
    const { chat, turn } = makeChat();
    await turn('offline');
    const first = renderHook(() => useUploads(chat, 'conv_1'));
    await act(async () => first.result.current.add([file]));
    first.unmount();
    expect(mayLeave()).toBe(false);
    const other = renderHook(() => useUploads(chat, 'conv_2'));
    expect(other.result.current.files).toEqual([]);
    const again = renderHook(() => useUploads(chat, 'conv_1'));
    expect(again.result.current.files).toMatchObject([{ name: 'nails.txt', isWaiting: true }]);
    again.unmount();
    chat.parkedFiles.clear();
    expect(mayLeave()).toBe(true);
  });
});

describe('a file that did not arrive', () => {
  it('is told by what is wrong with it, and not sent again as it is', () => {
    const problem = new Problem({ code: 'VALIDATION_FAILED', detail: 'file: is damaged or not complete', status: 422, errors: [{ field: 'file', code: 'DAMAGED', message: 'is damaged or not complete' }] });
    expect(tellRefusal(problem)).toEqual({ kind: 'refused', detail: 'is damaged or not complete', mayRetry: false, wasUnreachable: false });
  });

  it('may be sent again when the network, a limit or the server stood in the way', () => {
    for (const status of [0, 429, 500, 503]) expect(tellRefusal(new Problem({ code: 'X', detail: 'no', status })).mayRetry).toBe(true);
    expect(tellRefusal(new Problem({ code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'no', status: 415 })).mayRetry).toBe(false);
  });
});
