/**
 * Where a message is written. Enter sends, Shift+Enter breaks the line; files come by the clip, by paste or by dropping
 * them on the thread, and show their progress until they are ready.
 */
import { ActionIcon, Button, CloseButton, FileButton, Text, Textarea } from '@mantine/core';
import { IconPaperclip, IconPencil, IconSend2 } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment, Message } from '~/api';
import type { Uploads } from '../useUploads';
import { Quote } from './Bubble';
import classes from './messaging.module.css';
import { PendingFiles } from './PendingFiles';

/** Unicode scalar values, as the server counts. */
export const MESSAGE_CHARACTERS_MAX = 5000;
/** From here on the counter shows. */
const COUNTER_FROM = 4500;

export interface ComposerDraft {
  content: string;
  attachments: Attachment[];
  replyTo: string | null;
}

interface Props {
  uploads: Uploads;
  /** False when the thread has no place for files yet. */
  mayAttach?: boolean;
  replyTo: Message | null;
  editing: Message | null;
  onStopReply: () => void;
  onStopEdit: () => void;
  /** False keeps the text where it is. */
  onSend: (draft: ComposerDraft) => boolean;
  onEdit: (message: Message, content: string) => Promise<void>;
  onTyping?: ((isTyping: boolean) => void) | undefined;
  placeholder?: string | undefined;
  /** Where the unsent text is kept when somebody looks at another thread. */
  draftKey: string;
  size?: 'desk' | 'front';
  extra?: ReactNode;
}

export function countCharacters(text: string): number {
  return [...text].length;
}

export function Composer(props: Props) {
  const { uploads, replyTo, editing, onTyping, draftKey, size = 'desk' } = props;
  const { t } = useTranslation('chat');
  const [text, setText] = useDraft(draftKey);
  const field = useRef<HTMLTextAreaElement>(null);
  const left = MESSAGE_CHARACTERS_MAX - countCharacters(text);
  const hasWords = text.trim() !== '';
  const hasContent = hasWords || (!editing && (uploads.ready.length > 0 || uploads.isWaiting));
  // What waits for the connection may be sent ahead: it goes out once its files are there.
  const maySend = left >= 0 && hasContent && (!uploads.isUploading || (uploads.isWaiting && !editing));
  const [goesWithFiles, setGoesWithFiles] = useState(false);

  useEffect(() => {
    if (editing) setText(editing.content);
    if (editing || replyTo) field.current?.focus();
  }, [editing, replyTo, setText]);

  const change = (value: string) => {
    setText(value);
    onTyping?.(value.trim() !== '');
  };

  const submit = () => {
    if (!maySend) return;
    onTyping?.(false);
    if (editing) {
      void props.onEdit(editing, text).then(() => setText(''));
      return;
    }
    if (uploads.isUploading) {
      setGoesWithFiles(true);
      return;
    }
    setGoesWithFiles(false);
    if (!props.onSend({ content: hasWords ? text : '', attachments: uploads.ready, replyTo: replyTo?.id ?? null })) return;
    setText('');
    uploads.clear();
    props.onStopReply();
    field.current?.focus();
  };

  const hasRefusedFile = uploads.files.some((file) => file.error !== null);
  const submitNow = useRef(submit);
  submitNow.current = submit;
  useEffect(() => {
    if (!goesWithFiles) return;
    // Its author has to look at it again: a file is not as it should be, or another message is being changed.
    if (hasRefusedFile || editing) setGoesWithFiles(false);
    else if (!uploads.isUploading) {
      setGoesWithFiles(false);
      submitNow.current();
    }
  }, [goesWithFiles, hasRefusedFile, editing, uploads.isUploading]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape' && (editing || replyTo)) {
      event.stopPropagation();
      if (editing) setText('');
      props.onStopEdit();
      props.onStopReply();
    }
  };

  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || props.mayAttach === false) return;
    event.preventDefault();
    // The ground around takes pasted files as well, and would take these a second time.
    event.stopPropagation();
    uploads.add(files);
  };

  return (
    <form
      className={classes['composer']}
      data-size={size}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {editing && (
        <div className={classes['above']}>
          <IconPencil size={16} stroke={1.5} aria-hidden />
          <Text size="xs" fw={600} flex={1}>{t('editing')}</Text>
          <CloseButton size="sm" onClick={() => { setText(''); props.onStopEdit(); }} aria-label={t('stopReplying')} />
        </div>
      )}
      {replyTo && !editing && (
        <div className={classes['above']}>
          <Quote message={replyTo} />
          <CloseButton size="sm" onClick={props.onStopReply} aria-label={t('stopReplying')} />
        </div>
      )}
      <PendingFiles uploads={uploads} />
      {goesWithFiles && (
        <div className={classes['above']}>
          <Text size="xs" fw={600} flex={1} role="status">{t('sendsWithFiles')}</Text>
          <CloseButton size="sm" onClick={() => setGoesWithFiles(false)} aria-label={t('stopSending')} />
        </div>
      )}
      <div className={classes['writing']}>
        {size === 'front' && <AttachButton {...props} />}
        <Textarea
          ref={field}
          className={classes['field'] ?? ''}
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          placeholder={props.placeholder ?? t('write')}
          aria-label={props.placeholder ?? t('write')}
          onChange={(event) => change(event.currentTarget.value)}
          onBlur={() => onTyping?.(false)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          enterKeyHint="send"
          data-composer
        />
        {size === 'front' && (
          <ActionIcon type="submit" variant="filled" color="brand" size={44} radius={22} disabled={!maySend} aria-label={t('send')}>
            <IconSend2 size={20} stroke={1.75} />
          </ActionIcon>
        )}
      </div>
      {left <= MESSAGE_CHARACTERS_MAX - COUNTER_FROM && (
        <Text size="xs" className="tabular" c={left < 0 ? 'var(--fd-failed-text)' : 'dimmed'} role="status" px={4}>
          {left < 0 ? t('charactersOver', { count: -left }) : t('charactersLeft', { count: left })}
        </Text>
      )}
      {size === 'desk' && (
        <div className={classes['tools']}>
          <AttachButton {...props} />
          {props.extra}
          <span className={classes['spring']} />
          <Button type="submit" disabled={!maySend} rightSection={<IconSend2 size={16} stroke={1.75} />}>{editing ? t('edit') : t('send')}</Button>
        </div>
      )}
    </form>
  );
}

function AttachButton({ uploads, mayAttach = true, editing, size = 'desk' }: Props) {
  const { t } = useTranslation('chat');
  if (!mayAttach) return null;
  return (
    <FileButton multiple onChange={uploads.add}>
      {(props) => (
        <ActionIcon {...props} size={size === 'front' ? 44 : 32} disabled={editing !== null} aria-label={t('attach')}>
          <IconPaperclip size={20} stroke={1.5} />
        </ActionIcon>
      )}
    </FileButton>
  );
}

/** Unsent words survive looking at another thread and a reload of the tab. */
function useDraft(key: string): [string, (text: string) => void] {
  const storageKey = `frontdesk.draft.${key}`;
  const [text, setText] = useState(() => sessionStorage.getItem(storageKey) ?? '');
  const keep = useRef((value: string) => {
    setText(value);
    if (value === '') sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, value);
  });
  return [text, keep.current];
}
