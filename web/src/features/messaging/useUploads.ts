/**
 * Files on their way into the next message: chosen, checked, waiting for the connection, uploading, ready or failed. What
 * waits starts by itself when the connection is back, also after somebody looked at another conversation meanwhile.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { newKey, Problem, toProblem, type Attachment } from '~/api';
import type { LiveState } from '~/live';
import type { Chat } from './engine/chat';
import { askBeforeLeaving } from './engine/parkedFiles';
import { FILE_BYTES_MAX, FILES_PER_MESSAGE_MAX, startUpload } from './engine/uploads';

export interface PendingFile {
  key: string;
  name: string;
  size: number;
  type: string;
  /** 0..1 */
  progress: number;
  attachment: Attachment | null;
  error: UploadError | null;
  /** It starts, or starts again, when the connection is back. */
  isWaiting: boolean;
  /** A local picture of the file, for images. */
  previewUrl: string | null;
}

/** `refused` says what is wrong with the file, after its name; `failed` why it did not arrive, which may pass. */
export interface UploadError {
  kind: 'too_large' | 'refused' | 'failed';
  detail: string;
  mayRetry: boolean;
  /** Nothing was answered: a connection that came back is a reason to try again. */
  wasUnreachable: boolean;
}

/** The conversation that files go to; a function makes it when the first file needs it. */
export type UploadPlace = string | null | (() => Promise<string>);

export interface Uploads {
  files: readonly PendingFile[];
  isUploading: boolean;
  /** Some wait for the connection. */
  isWaiting: boolean;
  ready: Attachment[];
  add: (chosen: readonly File[]) => void;
  remove: (key: string) => void;
  retry: (key: string) => void;
  clear: () => void;
}

export function useUploads(chat: Chat, place: UploadPlace): Uploads {
  const [files, setFiles] = useState<readonly PendingFile[]>([]);
  const cancels = useRef(new Map<string, () => void>());
  /** Kept for another try. */
  const sources = useRef(new Map<string, File>());
  const findPlace = useRef(place);
  findPlace.current = place;
  const shown = useRef(files);
  shown.current = files;

  const change = useCallback((key: string, part: Partial<PendingFile>) => {
    setFiles((known) => known.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);

  const send = useCallback(
    (key: string, file: File) => {
      if (isCutOff(chat.live.getState())) {
        change(key, { isWaiting: true, error: null, progress: 0 });
        return;
      }
      change(key, { isWaiting: false, error: null, progress: 0 });
      const abort = new AbortController();
      cancels.current.set(key, () => abort.abort());
      const upload = async () => {
        const { current: known } = findPlace;
        const conversationId = typeof known === 'function' ? await known() : known;
        if (!conversationId || abort.signal.aborted) return null;
        const { promise, cancel } = startUpload(chat.session, conversationId, file, (progress) => change(key, { progress }));
        abort.signal.addEventListener('abort', cancel);
        return promise;
      };
      upload()
        .then((attachment) => change(key, { attachment, progress: 1 }))
        .catch((error: unknown) => {
          const refusal = tellRefusal(toProblem(error));
          change(key, refusal.wasUnreachable && isCutOff(chat.live.getState()) ? { isWaiting: true, progress: 0 } : { error: refusal });
        })
        .finally(() => cancels.current.delete(key));
    },
    [chat, change],
  );

  const begin = useCallback(
    (file: File) => {
      if (findPlace.current === null) return;
      const key = newKey();
      const previewUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
      const entry: PendingFile = { key, name: file.name, size: file.size, type: file.type, progress: 0, attachment: null, error: null, isWaiting: false, previewUrl };
      if (file.size > FILE_BYTES_MAX) {
        setFiles((known) => [...known, { ...entry, error: { kind: 'too_large', detail: '', mayRetry: false, wasUnreachable: false } }]);
        return;
      }
      setFiles((known) => [...known, entry]);
      sources.current.set(key, file);
      send(key, file);
    },
    [send],
  );

  const retry = useCallback(
    (key: string) => {
      const file = sources.current.get(key);
      if (file) send(key, file);
    },
    [send],
  );

  // The connection is back: what waited starts, and so does what broke off with it.
  useEffect(() => {
    let known = chat.live.getState();
    const resume = () => {
      for (const { key, isWaiting, error } of shown.current) {
        if ((isWaiting || error?.wasUnreachable) && !cancels.current.has(key)) retry(key);
      }
    };
    const follow = () => {
      const state = chat.live.getState();
      const isBack = state !== known && !isCutOff(state);
      known = state;
      if (isBack) resume();
    };
    window.addEventListener('online', resume);
    const stop = chat.live.subscribe(follow);
    return () => {
      window.removeEventListener('online', resume);
      stop();
    };
  }, [chat, retry]);

  const add = useCallback((chosen: readonly File[]) => chosen.slice(0, FILES_PER_MESSAGE_MAX - shown.current.length).forEach(begin), [begin]);

  const remove = useCallback((key: string) => {
    cancels.current.get(key)?.();
    sources.current.delete(key);
    setFiles((known) => {
      release(known.filter((file) => file.key === key));
      return known.filter((file) => file.key !== key);
    });
  }, []);

  const clear = useCallback(() => {
    sources.current.clear();
    setFiles((known) => (release(known), []));
  }, []);
  const placeId = typeof place === 'function' ? 'later' : place;

  const viewerId = chat.findViewer()?.id;

  // Leaving the conversation ends its uploads: a file belongs to the thread it was dropped on, and waits there.
  useEffect(() => {
    const running = cancels.current;
    const known = sources.current;
    const parkedAt = `${viewerId}.${placeId}`;
    chat.parkedFiles.take(parkedAt).forEach(begin);
    return () => {
      for (const cancel of running.values()) cancel();
      const isStillHere = chat.findViewer()?.id === viewerId;
      if (isStillHere) chat.parkedFiles.park(parkedAt, shown.current.flatMap(({ key, isWaiting }) => (isWaiting ? (known.get(key) ?? []) : [])));
      clear();
    };
  }, [chat, viewerId, placeId, begin, clear]);

  const isWaiting = files.some((file) => file.isWaiting);
  useEffect(() => (isWaiting ? askBeforeLeaving() : undefined), [isWaiting]);

  return {
    files,
    isWaiting,
    isUploading: files.some((file) => !file.attachment && !file.error),
    ready: files.flatMap((file) => (file.attachment ? [file.attachment] : [])),
    add,
    remove,
    retry,
    clear,
  };
}

/** True while it is known that nothing gets through, so that trying would only fail. */
export function isCutOff(state: LiveState): boolean {
  return !navigator.onLine || state === 'offline' || state === 'reconnecting';
}

/** What is wrong with the file itself is not cured by sending it again. */
export function tellRefusal(problem: Problem): UploadError {
  const aboutFile = problem.fieldMessage('file');
  if (aboutFile) return { kind: 'refused', detail: aboutFile, mayRetry: false, wasUnreachable: false };
  return { kind: 'failed', detail: problem.detail, wasUnreachable: problem.isUnreachable, mayRetry: problem.isUnreachable || problem.status === 429 || problem.status >= 500 };
}

function release(files: readonly PendingFile[]): void {
  for (const file of files) if (file.previewUrl) URL.revokeObjectURL(file.previewUrl);
}
