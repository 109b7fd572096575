/** Sends one file with its progress. XMLHttpRequest, because fetch does not tell how much of a body has left. */
import { parseProblem, toProblem, Problem, type AnySession, type Attachment } from '~/api';

/** The server's default; it has the last word. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024;
export const FILES_PER_MESSAGE_MAX = 10;
const UPLOAD_TIMEOUT_MS = 5 * 60_000;

export interface Upload {
  promise: Promise<Attachment>;
  cancel: () => void;
}

export function startUpload(session: AnySession, conversationId: string, file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const promise = session.findToken().then((token) => sendFile(request, token, conversationId, file, onProgress));
  return { promise, cancel: () => request.abort() };
}

function sendFile(request: XMLHttpRequest, token: string | null, conversationId: string, file: File, onProgress: (share: number) => void): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    request.open('POST', '/api/messages/upload');
    request.timeout = UPLOAD_TIMEOUT_MS;
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parseBody(request.responseText);
      const attachment = (body as { attachment?: Attachment } | null)?.attachment;
      if (request.status >= 200 && request.status < 300 && attachment) resolve(attachment);
      else reject(parseProblem(body, new Response(null, { status: Math.max(request.status, 200) })));
    };
    request.onerror = () => reject(toProblem(new TypeError('upload failed')));
    request.ontimeout = () => reject(toProblem(new DOMException('upload', 'TimeoutError')));
    request.onabort = () => reject(new Problem({ code: 'CANCELLED', detail: 'Cancelled.' }));
    const form = new FormData();
    form.append('conversationId', conversationId);
    form.append('file', file, file.name);
    request.send(form);
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page; the status alone has to tell.
    return null;
  }
}
