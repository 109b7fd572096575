/** The text as its reader sees it: a mail in its frame, a message on a phone, a notice in the list. */
import { Skeleton, Text, Title } from '@mantine/core';
import { IconBell, IconMail } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { toProblem, useUserProfile } from '~/api';
import { ErrorState } from '~/ui';
import type { TextChannel } from '../model';
import type { useEditor } from '../useEditor';
import classes from '../templates.module.css';

export function Preview({ channel, editor }: { channel: TextChannel; editor: ReturnType<typeof useEditor> }) {
  const { t } = useTranslation('setup');
  const { preview, isUpdating } = editor;
  const problem = preview.error ? toProblem(preview.error) : null;
  const isRefused = problem?.status === 422;
  return (
    <section className={classes['preview']} aria-label={t('templates.preview')}>
      <div className={classes['previewHead']}>
        <Title order={2} fz="sm">{t('templates.preview')}</Title>
        <Text size="xs" c="dimmed" role="status">{isRefused ? t('templates.previewFailed') : isUpdating ? t('templates.updating') : t('templates.previewText')}</Text>
      </div>
      {problem && !isRefused ? <ErrorState isSmall error={problem} onRetry={() => void preview.refetch()} />
        : preview.data ? <div data-stale={isRefused || isUpdating || undefined} className={classes['stage']}><Rendered channel={channel} data={preview.data} /></div>
        : isRefused ? <Text size="sm" c="dimmed">{problem.errors.length === 0 ? problem.detail : t('templates.previewFailed')}</Text>
        : <Skeleton height={320} radius="lg" />}
    </section>
  );
}

interface Written {
  subject: string | null;
  text: string;
  html: string | null;
}

function Rendered({ channel, data }: { channel: TextChannel; data: Written }) {
  const { t } = useTranslation('setup');
  const business = useUserProfile()?.team.name ?? t('templates.business');
  if (channel === 'email') {
    return (
      <div className={classes['mail']}>
        <div className={classes['mailHead']}>
          <IconMail size={18} stroke={1.5} aria-hidden />
          <div><strong>{data.subject}</strong><span>{business}</span></div>
        </div>
        {data.html
          // Without any permission: no script, no form, no way out of the frame.
          ? <iframe className={classes['frame']} sandbox="" srcDoc={data.html} title={t('templates.previewFrame')} />
          : <pre className={classes['plain']} tabIndex={0} role="region" aria-label={t('templates.plain')}>{data.text}</pre>}
      </div>
    );
  }
  if (channel === 'inapp') {
    return <div className={classes['notice']}><IconBell size={18} stroke={1.5} aria-hidden /><div><strong>{data.subject}</strong><span>{data.text}</span></div></div>;
  }
  return (
    <div className={classes['phone']} data-channel={channel}>
      <div className={classes['phoneHead']}>{business}</div>
      <p className={classes['bubble']}>{data.text}</p>
    </div>
  );
}
