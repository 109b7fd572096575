/** Who works here: members with their roles, who is invited, and what each role may do. */
import { Button, Skeleton, TextInput, Title } from '@mantine/core';
import { IconPlus, IconSearch, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StateMessage, StateView } from '~/ui';
import { Card } from '../parts/Page';
import { Door } from '../parts/SetupPage';
import { useRights } from '../queries';
import { SettingsFrame } from '../settings/parts/SettingsFrame';
import { teamQuery, type Invitation, type Member } from './calls';
import { Invitations } from './parts/Invitations';
import { InviteDrawer } from './parts/InviteDrawer';
import { MemberDrawer } from './parts/MemberDrawer';
import { Members } from './parts/Members';
import { RightsTable } from './parts/RightsTable';
import classes from './team.module.css';

/** With fewer than this everybody is seen at a glance. */
const SEARCHED_FROM = 9;

export function TeamScreen() {
  return <Door needs="mayManage" place="team"><Team /></Door>;
}

function Team() {
  const { t } = useTranslation('team');
  const { mayAdminister } = useRights();
  const search = useSearch({ from: '/dashboard/team' });
  const navigate = useNavigate({ from: '/dashboard/team' });
  const query = useQuery(teamQuery);
  const openInvite = () => void navigate({ search: { invite: true } });
  const close = () => void navigate({ search: {}, replace: true });
  const member = query.data?.members.find(({ userId }) => userId === search.member);
  return (
    <SettingsFrame place="team" title={t('team.title')} text={t('team.text')} action={mayAdminister && <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={openInvite}>{t('team.invite')}</Button>}>
      <StateView query={query} loading={<RowsSkeleton />}>
        {({ members, invitations }) => <Everybody members={members} invitations={invitations} onInvite={openInvite} />}
      </StateView>
      <section aria-labelledby="team-rights">
        <div className={classes['sectionHead']}>
          <Title order={2} id="team-rights">{t('team.rights')}</Title>
          <span>{t('team.rightsText')}</span>
        </div>
        <RightsTable />
      </section>
      {search.invite && mayAdminister && <InviteDrawer onClose={close} />}
      {member && <MemberDrawer key={member.userId} member={member} onClose={close} />}
    </SettingsFrame>
  );
}

function Everybody({ members, invitations, onInvite }: { members: Member[]; invitations: Invitation[]; onInvite: () => void }) {
  const { t } = useTranslation('team');
  const { mayAdminister } = useRights();
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  const shown = wanted ? members.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted)) : members;
  const isAlone = members.length === 1 && invitations.length === 0;
  return (
    <>
      <section aria-label={t('team.members')}>
        {members.length >= SEARCHED_FROM && <TextInput type="search" mb="xs" value={words} onChange={(event) => setWords(event.currentTarget.value)} leftSection={<IconSearch size={16} stroke={1.5} />} placeholder={t('team.find')} aria-label={t('team.find')} />}
        <Card>{shown.length === 0 ? <StateMessage icon={<IconSearch size={22} stroke={1.5} />} title={t('team.nobody')} /> : <Members members={shown} />}</Card>
      </section>
      {isAlone && mayAdminister && <Card><StateMessage icon={<IconUsers size={22} stroke={1.5} />} tone="brand" title={t('team.alone')} text={t('team.aloneText')} action={<Button onClick={onInvite}>{t('team.invite')}</Button>} /></Card>}
      {invitations.length > 0 && <Invitations invitations={invitations} />}
    </>
  );
}

function RowsSkeleton() {
  return (
    <Card>
      {[0, 1, 2, 3].map((key) => (
        <div key={key} className={classes['row']} aria-hidden>
          <Skeleton circle width={36} height={36} />
          <span className={classes['who']}><Skeleton height={13} width={110 + ((key * 37) % 60)} /><Skeleton height={10} width={150} mt={8} /></span>
          <Skeleton height={18} width={64} radius="xl" />
        </div>
      ))}
    </Card>
  );
}
