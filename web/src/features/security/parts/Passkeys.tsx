/** The passkeys of an account: add one on this device, name them, remove them. */
import { ActionIcon, Button, Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { StateView } from '~/ui/StateView';
import { formatAgo } from '~/ui/time';
import { account, type AccountKind } from '../account';
import { createPasskey, hasPasskeys } from '../passkeys';
import { useProven } from '../proof';
import { passkeysQuery } from '../queries';
import type { Passkey } from '../types';
import { Fault } from './Fault';
import { ProofFault, ProveAgain } from './ProveAgain';
import { SecurityCard } from './SecurityCard';
import classes from './security.module.css';

const NAME_CHARACTERS_MAX = 60;

export function Passkeys({ kind, personId }: { kind: AccountKind; personId: string }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const query = passkeysQuery(kind, personId);
  const passkeys = useQuery(query);
  const [named, setNamed] = useState<Passkey | null>(null);
  const [doomed, setDoomed] = useState<Passkey | null>(null);
  const reread = () => queries.invalidateQueries({ queryKey: query.queryKey });
  const add = useProven(async (proof) => {
    const { challengeId, publicKey } = await account.startPasskey(kind, proof);
    const credential = await createPasskey(publicKey);
    if (credential === null) return;
    const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date());
    await account.finishPasskey(kind, challengeId, credential, t('passkeys.newName', { date }));
    await reread();
  });
  const isAble = hasPasskeys();
  return (
    <SecurityCard title={t('passkeys.title')} text={isAble ? t('passkeys.text') : t('passkeys.unsupported')} action={isAble ? <Button variant="default" loading={add.run.isPending} onClick={() => add.run.mutate({})}>{t('passkeys.add')}</Button> : null}>
      <ProofFault error={add.fault} />
      <StateView query={passkeys} loading={<Skeleton h={44} />} isEmpty={(list) => list.length === 0} empty={<Text size="sm" c="dimmed">{t('passkeys.empty')}</Text>}>
        {(list) => (
          <ul className={classes['rows']} style={{ marginTop: 0 }}>
            {list.map((passkey) => (
              <li key={passkey.id} className={classes['row']}>
                <IconFingerprint size={20} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
                <div className={classes['rowWords']}>
                  <Text size="sm" fw={600} truncate>{passkey.name}</Text>
                  <Text size="xs" c="dimmed">{passkey.lastUsedAt ? t('passkeys.used', { when: formatAgo(passkey.lastUsedAt) }) : t('passkeys.unused')}</Text>
                </div>
                <div className={classes['rowEnd']}>
                  <ActionIcon aria-label={t('passkeys.rename', { name: passkey.name })} onClick={() => setNamed(passkey)}><IconPencil size={18} stroke={1.5} /></ActionIcon>
                  <ActionIcon aria-label={t('passkeys.remove', { name: passkey.name })} onClick={() => setDoomed(passkey)}><IconTrash size={18} stroke={1.5} /></ActionIcon>
                </div>
              </li>
            ))}
          </ul>
        )}
      </StateView>
      {add.asked && <ProveAgain text={t('passkeys.proofText')} {...add.asked} />}
      {named && <Rename kind={kind} passkey={named} onDone={() => (setNamed(null), void reread())} onClose={() => setNamed(null)} />}
      {doomed && <Remove kind={kind} passkey={doomed} onDone={() => (setDoomed(null), void reread())} onClose={() => setDoomed(null)} />}
    </SecurityCard>
  );
}

interface WindowProps {
  kind: AccountKind;
  passkey: Passkey;
  onDone: () => void;
  onClose: () => void;
}

function Rename({ kind, passkey, onDone, onClose }: WindowProps) {
  const { t } = useTranslation('security');
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({ mutationFn: () => account.renamePasskey(kind, passkey.id, name.trim()), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) rename.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t('passkeys.renameTitle')} size={420}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput size="md" label={t('passkeys.name')} value={name} maxLength={NAME_CHARACTERS_MAX} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Fault error={rename.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>{t('passkeys.cancel')}</Button>
            <Button type="submit" disabled={!name.trim()} loading={rename.isPending}>{t('passkeys.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Remove({ kind, passkey, onDone, onClose }: WindowProps) {
  const { t } = useTranslation('security');
  const remove = useMutation({ mutationFn: () => account.removePasskey(kind, passkey.id), onSuccess: onDone });
  return (
    <Modal opened onClose={onClose} title={t('passkeys.removeTitle')} size={420}>
      <Stack gap="md">
        <Text size="sm">{t('passkeys.removeText', { name: passkey.name })}</Text>
        <Fault error={remove.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>{t('passkeys.cancel')}</Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>{t('passkeys.doRemove')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
