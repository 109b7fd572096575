/** What stands behind a line: who, from where, and each value before and after. */
import { Drawer, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDayAndClock, foreignZoneName } from '~/ui';
import { CodeBlock } from '../../parts/CodeBlock';
import { useBusinessZone } from '../../queries';
import classes from '../audit.module.css';
import type { AuditEntry } from '../calls';
import { changedFields } from '../says';
import { useSays } from '../useSays';
import { ActorMark } from './AuditRow';

export function AuditDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation('team');
  const zone = useBusinessZone();
  const says = useSays();
  const actor = says.actor(entry);
  const foreign = foreignZoneName(zone, new Date(entry.at));
  const details = Object.entries(entry.details ?? {});
  const { object } = entry;
  return (
    <Drawer opened onClose={onClose} position="right" size={480} title={t('audit.details')}>
      <Stack gap="lg">
        <div className={classes['head']}><ActorMark entry={entry} name={actor} size={36} /><strong>{says.sentence(entry)}</strong></div>
        <dl className={classes['facts']}>
          <dt>{t('audit.when')}</dt><dd><time dateTime={entry.at}>{formatDayAndClock(entry.at, zone)}</time>{foreign ? ` (${foreign})` : ''}</dd>
          <dt>{t('audit.who')}</dt><dd>{actor} · {t(`audit.kind.${entry.actor.kind}`)}</dd>
          <dt>{t('audit.where')}</dt><dd>{entry.ip ?? t('audit.unknownPlace')}</dd>
          {entry.userAgent && <><dt>{t('audit.browser')}</dt><dd>{entry.userAgent}</dd></>}
          {(object.label ?? object.id) && <><dt>{t('audit.object')}</dt><dd><span>{object.label ?? object.id}</span>{object.label && object.id ? <code>{object.id}</code> : null}</dd></>}
          <dt>{t('audit.code')}</dt><dd><code>{entry.action}</code></dd>
        </dl>
        <Changes entry={entry} />
        {details.length > 0 && (
          <section>
            <Text component="h3" fw={600} size="sm" mb={6}>{t('audit.more')}</Text>
            <CodeBlock text={JSON.stringify(entry.details, null, 2)} label={t('audit.more')} wraps maxHeight={280} hasCopy />
          </section>
        )}
      </Stack>
    </Drawer>
  );
}

function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('team');
  const says = useSays();
  if (!entry.before && !entry.after) return null;
  const names = changedFields(entry);
  return (
    <section>
      <Text component="h3" fw={600} size="sm" mb={6}>{t('audit.changed')}</Text>
      {names.length === 0 ? <Text size="sm" c="dimmed">{t('audit.noChange')}</Text> : (
        <ul className={classes['diff']}>
          {names.map((name) => (
            <li key={name}>
              <span>{says.field(name)}</span>
              <del><span className="visually-hidden">{t('audit.before')}: </span><Value value={entry.before?.[name]} /></del>
              <ins><span className="visually-hidden">{t('audit.after')}: </span><Value value={entry.after?.[name]} /></ins>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation('team');
  if (value === undefined || value === null || value === '') return <em>{t('audit.nothing')}</em>;
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>;
}
