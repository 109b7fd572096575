/** The businesses somebody works in, for phones, where there is no account menu. */
import { Badge, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { Card } from '../../parts/Page';
import { useSwitchBusiness } from '../../useSwitchBusiness';
import classes from '../settings.module.css';

export function BusinessSwitcher() {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('desk');
  const here = useUserProfile()?.team.id;
  const { memberships, switchTo, isSwitching } = useSwitchBusiness();
  if (memberships.length < 2) return null;
  return (
    <Card>
      <Stack p="lg" gap="xs">
        <Text fw={600} size="sm">{t('switcher.label')}</Text>
        <div>
          {memberships.map(({ tenantId, name, role }) => (
            <div key={tenantId} className={classes['session']}>
              <div style={{ flex: 1, minWidth: 0 }}><Text size="sm" fw={600} truncate>{name}</Text><Text size="xs" c="dimmed">{words(`role.${role}`)}</Text></div>
              {tenantId === here ? <Badge color="gray">{t('switcher.current')}</Badge> : <Button variant="default" loading={isSwitching} aria-label={t('switcher.add', { name })} onClick={() => switchTo(tenantId)}>{words('settings.open')}</Button>}
            </div>
          ))}
        </div>
      </Stack>
    </Card>
  );
}
