/** The files of the message being written: a small card each, with its progress and a way to take it out. */
import { ActionIcon, CloseButton, Progress, Text } from '@mantine/core';
import { IconAlertTriangle, IconFile, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '~/ui';
import { FILE_BYTES_MAX } from '../engine/uploads';
import type { PendingFile, Uploads } from '../useUploads';
import classes from './messaging.module.css';

export function PendingFiles({ uploads }: { uploads: Uploads }) {
  if (uploads.files.length === 0) return null;
  return (
    <ul className={classes['files']}>
      {uploads.files.map((file) => <FileChip key={file.key} file={file} onRetry={() => uploads.retry(file.key)} onRemove={() => uploads.remove(file.key)} />)}
    </ul>
  );
}

function FileChip({ file, onRetry, onRemove }: { file: PendingFile; onRetry: () => void; onRemove: () => void }) {
  const { t } = useTranslation('chat');
  const isReady = file.attachment !== null;
  const problem = useProblemWords(file);
  return (
    <li className={classes['fileChip']} data-failed={file.error !== null || undefined}>
      {file.previewUrl && !file.error ? <img src={file.previewUrl} alt="" /> : file.error ? <IconAlertTriangle size={20} stroke={1.5} aria-hidden /> : <IconFile size={20} stroke={1.5} aria-hidden />}
      <div className={classes['fileWords']}>
        {problem ? <Text size="xs" role="alert">{problem}</Text> : <Text size="xs" fw={600} truncate="end">{file.name}</Text>}
        {!problem && (file.isWaiting ? <Text size="xs" c="dimmed" role="status">{t('uploadWaits')}</Text> : isReady ? <Text size="xs" c="dimmed" className="tabular">{formatBytes(file.size)}</Text> : <Progress value={file.progress * 100} size="xs" mt={4} aria-label={file.name} />)}
      </div>
      {file.error?.mayRetry && <ActionIcon size="sm" color="red" onClick={onRetry} aria-label={t('uploadAgain', { name: file.name })} title={t('retry')}><IconRefresh size={16} stroke={1.75} /></ActionIcon>}
      <CloseButton size="sm" onClick={onRemove} aria-label={t(isReady || file.error ? 'removeFile' : 'cancelUpload', { name: file.name })} />
    </li>
  );
}

function useProblemWords({ name, error }: PendingFile): string | null {
  const { t } = useTranslation('chat');
  if (!error) return null;
  if (error.kind === 'too_large') return t('tooLarge', { name, limit: formatBytes(FILE_BYTES_MAX) });
  return error.kind === 'refused' ? t('uploadRefused', { name, reason: error.detail.charAt(0).toLowerCase() + error.detail.slice(1) }) : t('uploadFailed', { name, reason: error.detail });
}
