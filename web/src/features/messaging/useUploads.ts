/** Files on their way into the next message: chosen, checked, uploading, ready or failed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { newKey, toProblem, type Attachment } from '~/api';
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
  error: { kind: 'too_large' | 'refused'; detail: string } | null;
  /** A local picture of the file, for images. */
  previewUrl: string | null;
}

export interface Uploads {
  files: readonly PendingFile[];
  isUploading: boolean;
  ready: Attachment[];
  add: (chosen: readonly File[]) => void;
  remove: (key: string) => void;
  clear: () => void;
}

export function useUploads(chat: Chat, conversationId: string | null): Uploads {
  const [files, setFiles] = useState<readonly PendingFile[]>([]);
  const cancels = useRef(new Map<string, () => void>());
  const count = useRef(0);
  count.current = files.length;

  const change = useCallback((key: string, part: Partial<PendingFile>) => {
    setFiles((known) => known.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);

  const begin = useCallback(
    (file: File) => {
      if (!conversationId) return;
      const key = newKey();
      const previewUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
      const entry: PendingFile = { key, name: file.name, size: file.size, type: file.type, progress: 0, attachment: null, error: null, previewUrl };
      if (file.size > FILE_BYTES_MAX) {
        setFiles((known) => [...known, { ...entry, error: { kind: 'too_large', detail: '' } }]);
        return;
      }
      setFiles((known) => [...known, entry]);
      const upload = startUpload(chat.session, conversationId, file, (progress) => change(key, { progress }));
      cancels.current.set(key, upload.cancel);
      upload.promise
        .then((attachment) => change(key, { attachment, progress: 1 }))
        .catch((error: unknown) => change(key, { error: { kind: 'refused', detail: toProblem(error).detail } }))
        .finally(() => cancels.current.delete(key));
    },
    [chat, conversationId, change],
  );

  const add = useCallback((chosen: readonly File[]) => chosen.slice(0, FILES_PER_MESSAGE_MAX - count.current).forEach(begin), [begin]);

  const remove = useCallback((key: string) => {
    cancels.current.get(key)?.();
    setFiles((known) => {
      release(known.filter((file) => file.key === key));
      return known.filter((file) => file.key !== key);
    });
  }, []);

  const clear = useCallback(() => setFiles((known) => (release(known), [])), []);

  // Leaving the conversation ends its uploads: a file belongs to the thread it was dropped on.
  useEffect(() => {
    const running = cancels.current;
    return () => {
      for (const cancel of running.values()) cancel();
      clear();
    };
  }, [conversationId, clear]);

  return {
    files,
    isUploading: files.some((file) => !file.attachment && !file.error),
    ready: files.flatMap((file) => (file.attachment ? [file.attachment] : [])),
    add,
    remove,
    clear,
  };
}

function release(files: readonly PendingFile[]): void {
  for (const file of files) if (file.previewUrl) URL.revokeObjectURL(file.previewUrl);
}
