/** The files of the message being written: a small card each, with its progress and a way to take it out. */
import { CloseButton, Progress, Text } from '@mantine/core';
import { IconAlertTriangle, IconFile } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '~/ui';
import { FILE_BYTES_MAX } from '../engine/uploads';
import type { PendingFile, Uploads } from '../useUploads';
import classes from './messaging.module.css';

export function PendingFiles({ uploads }: { uploads: Uploads }) {
  if (uploads.files.length === 0) return null;
  return (
    <ul className={classes['files']}>
      {uploads.files.map((file) => <FileChip key={file.key} file={file} onRemove={() => uploads.remove(file.key)} />)}
    </ul>
  );
}

function FileChip({ file, onRemove }: { file: PendingFile; onRemove: () => void }) {
  const { t } = useTranslation('chat');
  const isReady = file.attachment !== null;
  const problem = file.error?.kind === 'too_large' ? t('tooLarge', { name: file.name, limit: formatBytes(FILE_BYTES_MAX) }) : file.error ? t('uploadFailed', { name: file.name, reason: file.error.detail }) : null;
  return (
    <li className={classes['fileChip']} data-failed={file.error !== null || undefined}>
      {file.previewUrl && !file.error ? <img src={file.previewUrl} alt="" /> : file.error ? <IconAlertTriangle size={20} stroke={1.5} aria-hidden /> : <IconFile size={20} stroke={1.5} aria-hidden />}
      <div className={classes['fileWords']}>
        {problem ? <Text size="xs" role="alert">{problem}</Text> : <Text size="xs" fw={600} truncate="end">{file.name}</Text>}
        {!problem && (isReady ? <Text size="xs" c="dimmed" className="tabular">{formatBytes(file.size)}</Text> : <Progress value={file.progress * 100} size="xs" mt={4} aria-label={file.name} />)}
      </div>
      <CloseButton size="sm" onClick={onRemove} aria-label={t(isReady || file.error ? 'removeFile' : 'cancelUpload', { name: file.name })} />
    </li>
  );
}
