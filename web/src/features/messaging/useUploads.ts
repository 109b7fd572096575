/** Files on their way into the next message: chosen, checked, uploading, ready or failed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { newKey, Problem, toProblem, type Attachment } from '~/api';
import type { Chat } from './engine/chat';
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
  /** A local picture of the file, for images. */
  previewUrl: string | null;
}

/** `refused` says what is wrong with the file, after its name; `failed` why it did not arrive, which may pass. */
export interface UploadError {
  kind: 'too_large' | 'refused' | 'failed';
  detail: string;
  mayRetry: boolean;
}

/** The conversation that files go to; a function makes it when the first file needs it. */
export type UploadPlace = string | null | (() => Promise<string>);

export interface Uploads {
  files: readonly PendingFile[];
  isUploading: boolean;
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
  const count = useRef(0);
  count.current = files.length;

  const change = useCallback((key: string, part: Partial<PendingFile>) => {
    setFiles((known) => known.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);

  const send = useCallback(
    (key: string, file: File) => {
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
        .catch((error: unknown) => change(key, { error: tellRefusal(toProblem(error)) }))
        .finally(() => cancels.current.delete(key));
    },
    [chat, change],
  );

  const begin = useCallback(
    (file: File) => {
      if (findPlace.current === null) return;
      const key = newKey();
      const previewUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
      const entry: PendingFile = { key, name: file.name, size: file.size, type: file.type, progress: 0, attachment: null, error: null, previewUrl };
      if (file.size > FILE_BYTES_MAX) {
        setFiles((known) => [...known, { ...entry, error: { kind: 'too_large', detail: '', mayRetry: false } }]);
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
      if (!file) return;
      change(key, { error: null, progress: 0 });
      send(key, file);
    },
    [change, send],
  );

  const add = useCallback((chosen: readonly File[]) => chosen.slice(0, FILES_PER_MESSAGE_MAX - count.current).forEach(begin), [begin]);

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

  // Leaving the conversation ends its uploads: a file belongs to the thread it was dropped on.
  useEffect(() => {
    const running = cancels.current;
    return () => {
      for (const cancel of running.values()) cancel();
      clear();
    };
  }, [placeId, clear]);

  return {
    files,
    isUploading: files.some((file) => !file.attachment && !file.error),
    ready: files.flatMap((file) => (file.attachment ? [file.attachment] : [])),
    add,
    remove,
    retry,
    clear,
  };
}

/** What is wrong with the file itself is not cured by sending it again. */
export function tellRefusal(problem: Problem): UploadError {
  const aboutFile = problem.fieldMessage('file');
  if (aboutFile) return { kind: 'refused', detail: aboutFile, mayRetry: false };
  return { kind: 'failed', detail: problem.detail, mayRetry: problem.isUnreachable || problem.status === 429 || problem.status >= 500 };
}

function release(files: readonly PendingFile[]): void {
  for (const file of files) if (file.previewUrl) URL.revokeObjectURL(file.previewUrl);
}
