/** One text: written on the left, read as its reader will on the right. */
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useBlocker, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type Template } from '~/api';
import { ErrorState } from '~/ui';
import { ChannelIcon } from '../events/parts/Marks';
import { DeskTitle } from '../parts/DeskTitle';
import { NotHere } from '../parts/NotHere';
import { Door, SetupFrame } from '../parts/SetupPage';
import type { Tagged } from '../parts/tagged';
import { isTextChannel, type TextChannel } from './model';
import { Fields } from './parts/Fields';
import { OwnBadge } from './parts/OwnBadge';
import { Preview } from './parts/Preview';
import { TestForm } from './parts/TestForm';
import { Variables } from './parts/Variables';
import { templateQuery, type Place } from './queries';
import { useEditor } from './useEditor';
import classes from './templates.module.css';
import { useAgo } from '../parts/useAgo';

const FROM = '/dashboard/templates/$type/$channel' as const;

export function TemplateScreen() {
  const { type, channel } = useParams({ from: FROM });
  const { language } = useSearch({ from: FROM });
  return <Door needs="mayManage" place="templates"><SetupFrame><TemplatePage key={`${type} ${channel} ${language ?? ''}`} place={{ type, channel, language }} /></SetupFrame></Door>;
}

function TemplatePage({ place }: { place: Place }) {
  const { t } = useTranslation('setup');
  const query = useQuery(templateQuery(place));
  if (query.error && !query.data) {
    return toProblem(query.error).status === 404
      ? <NotHere title={t('templates.notFound')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/templates" />}>{t('templates.toList')}</Button>} />
      : <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data || !isTextChannel(place.channel)) return <EditorSkeleton />;
  return <Editor place={place} channel={place.channel} saved={query.data} />;
}

function Editor({ place, channel, saved }: { place: Place; channel: TextChannel; saved: Tagged<Template> }) {
  const { t } = useTranslation('setup');
  const ago = useAgo();
  const editor = useEditor(place, channel, saved);
  const [isTesting, setIsTesting] = useState(false);
  const template = saved.value;
  useKept(editor.isDirty);
  const askReset = () =>
    modals.openConfirmModal({
      title: t('templates.resetTitle'),
      children: <Text size="sm">{t('templates.resetText')}</Text>,
      labels: { confirm: t('templates.resetConfirm'), cancel: t('templates.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => editor.reset.mutate(),
    });
  return (
    <>
      <header className={classes['head']}>
        <nav className={classes['crumbs']} aria-label={t('templates.crumbs')}><Link to="/dashboard/templates">{t('templates.title')}</Link> <IconChevronRight size={14} stroke={1.5} aria-hidden /> <span>{template.type}</span></nav>
        <div className={classes['titleRow']}>
          <DeskTitle>{template.title}</DeskTitle>
          <span className={classes['channel']}><ChannelIcon channel={channel} size={16} /> {t(`templates.channels.${channel}`)}</span>
          <OwnBadge isOwn={template.custom} />
          <span className={classes['spring']} />
          <Group gap="xs">
            {template.custom && <Button variant="subtle" color="gray" loading={editor.reset.isPending} onClick={askReset}>{t('templates.reset')}</Button>}
            <Button variant="default" onClick={() => setIsTesting(true)}>{t('templates.test')}</Button>
            <Button disabled={!editor.isDirty} loading={editor.save.isPending} onClick={() => editor.save.mutate()}>{t('templates.save')}</Button>
          </Group>
        </div>
        <Text size="xs" c="dimmed" aria-live="polite">{editor.isDirty ? t('unsaved') : template.updatedAt ? t('templates.lastChanged', { when: ago(template.updatedAt) }) : t('templates.default')}</Text>
        {editor.isConflict && editor.isDirty && <Alert color="yellow" role="alert">{t('templates.conflict')} <Button size="xs" variant="default" ml="xs" onClick={editor.showTheirs}>{t('templates.showTheirs')}</Button></Alert>}
        {editor.words && <Alert color="red" role="alert">{editor.words}</Alert>}
      </header>
      <div className={classes['columns']}>
        <div className={classes['writing']}>
          <Fields channel={channel} editor={editor} />
          <Variables template={template} onInsert={editor.insert} />
        </div>
        <Preview channel={channel} editor={editor} />
      </div>
      {isTesting && <TestForm place={place} channel={channel} isDirty={editor.isDirty} onClose={() => setIsTesting(false)} />}
    </>
  );
}

/** What was written is not lost by a click elsewhere. */
function useKept(isDirty: boolean): void {
  const { t } = useTranslation('setup');
  useBlocker({
    shouldBlockFn: () => {
      if (!isDirty) return false;
      return new Promise<boolean>((resolve) => {
        modals.openConfirmModal({
          title: t('templates.leaveTitle'),
          children: <Text size="sm">{t('templates.leaveText')}</Text>,
          labels: { confirm: t('templates.leave'), cancel: t('templates.stay') },
          confirmProps: { color: 'red' },
          onConfirm: () => resolve(false),
          onCancel: () => resolve(true),
          onClose: () => resolve(true),
        });
      });
    },
    enableBeforeUnload: isDirty,
  });
}

function EditorSkeleton() {
  return (
    <div aria-hidden>
      <Skeleton height={14} width={160} />
      <Skeleton height={22} width={280} mt={10} mb={20} />
      <div className={classes['columns']}>
        <div className={classes['writing']}><Skeleton height={32} /><Skeleton height={260} /></div>
        <Skeleton height={420} radius="lg" />
      </div>
    </div>
  );
}
