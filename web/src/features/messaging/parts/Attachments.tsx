/** Files inside a bubble: pictures as thumbnails, sound with a player, everything else as a card to download. */
import { Text } from '@mantine/core';
import { IconFile, IconFileSpreadsheet, IconFileText, IconFileTypePdf, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '~/api';
import { formatBytes } from '~/ui';
import classes from './messaging.module.css';

const PICTURE_WIDTH_MAX = 280;
const PICTURE_HEIGHT_MAX = 320;

interface Props {
  attachments: readonly Attachment[];
  /** Called when a file's address has run out, so that the thread fetches fresh ones. */
  onExpired: () => void;
}

export function Attachments({ attachments, onExpired }: Props) {
  if (attachments.length === 0) return null;
  return (
    <div className={classes['attachments']}>
      {attachments.map((file) => {
        if (file.type.startsWith('image/')) return <Picture key={file.id} file={file} onExpired={onExpired} />;
        if (file.type.startsWith('audio/')) return <Sound key={file.id} file={file} />;
        return <FileCard key={file.id} file={file} />;
      })}
    </div>
  );
}

/** The box is reserved before the picture is there, so that nothing moves when it comes. */
function decideBox(file: Attachment): { width: number; height: number } {
  const width = file.width ?? 4;
  const height = file.height ?? 3;
  const scale = Math.min(PICTURE_WIDTH_MAX / width, PICTURE_HEIGHT_MAX / height, file.width ? 1 : Number.POSITIVE_INFINITY);
  return { width: Math.max(Math.round(width * scale), 96), height: Math.max(Math.round(height * scale), 72) };
}

function Picture({ file, onExpired }: { file: Attachment; onExpired: () => void }) {
  const { t } = useTranslation('chat');
  // Addresses carry a token of some minutes and change with every fetch; a picture already shown keeps its first one.
  const [shownUrl, setShownUrl] = useState(file.thumbnailUrl ?? file.url);
  const [hasFailed, setHasFailed] = useState(false);
  const newest = file.thumbnailUrl ?? file.url;
  const box = decideBox(file);
  return (
    <a className={classes['picture']} href={file.url} target="_blank" rel="noreferrer" aria-label={`${t('openImage', { name: file.name })} · ${formatBytes(file.size)}`} style={{ width: box.width, maxWidth: '100%', aspectRatio: `${box.width} / ${box.height}` }}>
      {hasFailed && newest === shownUrl ? (
        <IconPhoto size={28} stroke={1.5} aria-hidden />
      ) : (
        <img
          src={hasFailed ? newest : shownUrl}
          alt=""
          loading="lazy"
          decoding="async"
          onLoad={() => {
            if (hasFailed) setShownUrl(newest);
            setHasFailed(false);
          }}
          onError={() => {
            if (!hasFailed) onExpired();
            else setShownUrl(newest);
            setHasFailed(true);
          }}
        />
      )}
      <span className={classes['pictureName']}>
        <IconPhoto size={13} stroke={1.75} aria-hidden />
        {file.name} · {formatBytes(file.size)}
      </span>
    </a>
  );
}

function Sound({ file }: { file: Attachment }) {
  const { t } = useTranslation('chat');
  const [url] = useState(file.url);
  return <audio className={classes['sound']} controls preload="metadata" src={url} aria-label={`${t('audio')}: ${file.name}`} />;
}

function FileCard({ file }: { file: Attachment }) {
  const { t } = useTranslation('chat');
  const Icon = pickIcon(file.type);
  return (
    <a className={classes['fileCard']} href={file.url} target="_blank" rel="noreferrer" download={file.name} aria-label={`${t('download', { name: file.name })} ${formatBytes(file.size)}`}>
      <Icon size={24} stroke={1.5} aria-hidden />
      <span className={classes['fileWords']}>
        <Text span size="sm" fw={600} truncate="end">{file.name}</Text>{' '}
        <Text span size="xs" inherit={false} className="tabular">{formatBytes(file.size)}</Text>
      </span>
    </a>
  );
}

function pickIcon(type: string) {
  if (type === 'application/pdf') return IconFileTypePdf;
  if (type.includes('sheet') || type.includes('excel') || type === 'text/csv') return IconFileSpreadsheet;
  if (type.startsWith('text/') || type.includes('word')) return IconFileText;
  return IconFile;
}
