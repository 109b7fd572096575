/** How to send the first event, with the business's own address and id, and a button that shows it happen. */
import { Anchor, Button, Code, CopyButton, Select, Skeleton, Table, Tabs, Text, TextInput, Title } from '@mantine/core';
import { IconCheck, IconCopy, IconExternalLink, IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserProfile, type EventKind } from '~/api';
import { StateView } from '~/ui';
import { CodeBlock } from '../parts/CodeBlock';
import { DeskTitle } from '../parts/DeskTitle';
import { ManagersOnly, SpineNav } from '../parts/SpineNav';
import { eventKindsQuery } from '../events/queries';
import classes from './developers.module.css';
import { TestEvent } from './parts/TestEvent';
import { LANGUAGE_NAMES, LANGUAGES, writeSample, writeSidebar, writeTokenServer, writeWhatsApp, type Language } from './samples';

const FIRST_TYPE = 'invoice.sent';
const KEY_CHARACTERS_MAX = 200;
const ANSWER = `HTTP/1.1 202 Accepted

{
  "success": true,
  "message": "The event is accepted.",
  "data": {
    "event_id": "evt_…",
    "event_type": "invoice:sent",
    "status": "pending"
  }
}`;
const REFUSAL = `HTTP/1.1 422 Unprocessable Content

{
  "success": false,
  "code": "VALIDATION_ERROR",
  "detail": "event_data.client_email: is required",
  "errors": [
    { "field": "event_data.client_email", "code": "REQUIRED", "message": "is required" }
  ]
}`;

export function DevelopersScreen() {
  return <ManagersOnly place="developers"><Developers /></ManagersOnly>;
}

function Developers() {
  const { t } = useTranslation('events');
  const kinds = useQuery(eventKindsQuery);
  return (
    <div className={classes['page']}>
      <SpineNav />
      <header>
        <DeskTitle>{t('developers.title')}</DeskTitle>
        <Text size="sm" c="dimmed" maw={640}>{t('developers.text')}</Text>
      </header>
      <StateView query={kinds} loading={<div aria-hidden className={classes['step']}><Skeleton height={16} width={180} /><Skeleton height={12} width="70%" mt={12} /><Skeleton height={260} mt={20} /></div>}>
        {(known) => <Guide kinds={known.filter(({ postable }) => postable)} />}
      </StateView>
    </div>
  );
}

function Guide({ kinds }: { kinds: EventKind[] }) {
  const { t } = useTranslation('events');
  const profile = useUserProfile();
  const baseUrl = window.location.origin;
  const businessId = profile?.team.id ?? '';
  const [key, setKey] = useState('');
  const [type, setType] = useState(FIRST_TYPE);
  const kind = kinds.find((entry) => entry.name === type) ?? kinds[0];
  const apiKey = key.trim() || t('developers.keyPlaceholder');
  if (!kind) return null;
  return (
    <>
      <Step number={1} title={t('developers.stepKey')} text={t('developers.stepKeyText')}>
        <div className={classes['keyRow']}>
          <TextInput value={key} onChange={(event) => setKey(event.currentTarget.value)} maxLength={KEY_CHARACTERS_MAX} autoComplete="off" spellCheck={false} leftSection={<IconKey size={16} stroke={1.5} />} label={t('developers.yourKey')} description={t('developers.yourKeyHint')} placeholder={t('developers.keyPlaceholder')} />
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/keys" />}>{t('developers.openKeys')}</Button>
        </div>
        <dl className={classes['own']}>
          <Own label={t('developers.base')} value={baseUrl} />
          <Own label={t('developers.business')} value={businessId} />
        </dl>
      </Step>
      <Step number={2} title={t('developers.stepSend')} text={t('developers.stepSendText')}>
        <KindPicker kinds={kinds} kind={kind} onPick={setType} />
        <Samples parts={{ baseUrl, apiKey, type: kind.alias, data: kind.example }} />
        <Fields kind={kind} />
      </Step>
      <Step number={3} title={t('developers.stepAnswer')} text={t('developers.stepAnswerText')}>
        <div className={classes['answers']}><CodeBlock text={ANSWER} label="202" wraps /><CodeBlock text={REFUSAL} label="422" wraps /></div>
      </Step>
      <TestEvent number={4} kinds={kinds} kind={kind} />
      <Step number={5} title={t('developers.stepPage')} text={t('developers.stepPageText')}>
        <Sample title={t('developers.tokenServer')} text={writeTokenServer({ baseUrl, apiKey, businessId })} />
        <Sample title={t('developers.sidebar')} text={writeSidebar({ baseUrl, type: kind.alias, data: kind.example })} />
        <Sample title={t('developers.whatsapp')} text={writeWhatsApp({ baseUrl, businessId })} />
        <Text size="sm" c="dimmed">{t('developers.csp', { base: baseUrl })}</Text>
      </Step>
      <Text size="sm">
        <Anchor data-alone href="/api-docs" target="_blank" rel="noreferrer" size="sm">{t('developers.openDocs')} <IconExternalLink size={14} stroke={1.5} aria-hidden style={{ verticalAlign: '-2px' }} /></Anchor>
      </Text>
    </>
  );
}

export function Step({ number, title, text, children }: { number: number; title: string; text: string; children: ReactNode }) {
  return (
    <section className={classes['step']} aria-labelledby={`step-${number}`}>
      <header><span className={classes['number']} aria-hidden>{number}</span><div><Title order={2} id={`step-${number}`}>{title}</Title><Text size="sm" c="dimmed">{text}</Text></div></header>
      <div className={classes['stepBody']}>{children}</div>
    </section>
  );
}

function Own({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation('events');
  return (
    <div>
      <dt>{label}</dt>
      <dd><Code>{value}</Code><CopyButton value={value}>{({ copied, copy }) => <Button size="xs" variant="subtle" onClick={copy} aria-label={copied ? t('developers.copied') : t('developers.copyOf', { what: label })} leftSection={copied ? <IconCheck size={14} stroke={2} /> : <IconCopy size={14} stroke={1.5} />}>{copied ? t('developers.copied') : t('developers.copy')}</Button>}</CopyButton></dd>
    </div>
  );
}

function KindPicker({ kinds, kind, onPick }: { kinds: EventKind[]; kind: EventKind; onPick: (name: string) => void }) {
  const { t } = useTranslation('events');
  const groups = useMemo(() => {
    const byCategory = new Map<string, { value: string; label: string }[]>();
    for (const { category, name, title } of kinds) byCategory.set(category, [...(byCategory.get(category) ?? []), { value: name, label: `${title} · ${name}` }]);
    return [...byCategory].map(([group, items]) => ({ group, items }));
  }, [kinds]);
  return <Select label={t('developers.type')} description={kind.description} data={groups} value={kind.name} onChange={(value) => value && onPick(value)} searchable allowDeselect={false} maxDropdownHeight={360} maw={420} />;
}

function Samples({ parts }: { parts: Parameters<typeof writeSample>[1] }) {
  const { t } = useTranslation('events');
  const [language, setLanguage] = useState<Language>('php');
  return (
    <Tabs value={language} onChange={(value) => setLanguage(value as Language)} keepMounted={false}>
      <Tabs.List aria-label={t('developers.language')}>
        {LANGUAGES.map((name) => <Tabs.Tab key={name} value={name}>{LANGUAGE_NAMES[name]}</Tabs.Tab>)}
      </Tabs.List>
      {LANGUAGES.map((name) => (
        <Tabs.Panel key={name} value={name} pt="xs"><CodeBlock text={writeSample(name, parts)} label={t('developers.code', { language: LANGUAGE_NAMES[name] })} hasCopy /></Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Fields({ kind }: { kind: EventKind }) {
  const { t } = useTranslation('events');
  return (
    <div className={classes['fields']}>
      <Title order={3}>{t('developers.fields')}</Title>
      <Table layout="auto">
        <Table.Tbody>
          {kind.fields.map((field) => (
            <Table.Tr key={field.name}>
              <Table.Th scope="row"><code>{field.name}</code></Table.Th>
              <Table.Td>{field.required ? <strong>{t('developers.required')}</strong> : t('developers.optional')}</Table.Td>
              <Table.Td>{field.description}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Sample({ title, text }: { title: string; text: string }) {
  return <div><Title order={3} mb={6}>{title}</Title><CodeBlock text={text} label={title} hasCopy /></div>;
}
