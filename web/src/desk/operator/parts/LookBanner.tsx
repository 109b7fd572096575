/** The line that stays while an operator looks into a business: whose it is, that nothing can be changed, and the way out. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endLook, takeEndedLook, useIsLooking, userSession, useUserProfile } from '~/api';
import { addCatalog } from '~/i18n';
import { operatorEn } from '~/i18n/en/operator';
import classes from '../operator.module.css';

addCatalog('operator', operatorEn);

const TICK_MS = 15_000;
const MINUTE_MS = 60_000;

export function LookBanner() {
  const { t } = useTranslation('operator');
  useEffect(() => {
    const name = takeEndedLook();
    if (name !== null) notifications.show({ title: t('banner.ended'), message: t('banner.endedText', { name }) });
  }, [t]);
  return useIsLooking() ? <Banner /> : null;
}

function Banner() {
  const { t } = useTranslation('operator');
  const name = useUserProfile()?.team.name ?? '';
  const client = useQueryClient();
  const navigate = useNavigate();
  const left = () => Math.max(0, Math.ceil((userSession.getExpiry() - Date.now()) / MINUTE_MS));
  const [minutes, setMinutes] = useState(left);
  useEffect(() => {
    const timer = window.setInterval(() => setMinutes(left()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  const end = () =>
    endLook(async () => {
      await navigate({ to: '/operator/tenants' });
      client.clear();
    });
  return (
    <div className={classes['banner']} role="status">
      <IconEye size={18} stroke={1.75} aria-hidden />
      <span>{t('banner.text', { name })} <small>{t('banner.left', { count: minutes })}</small></span>
      <Button size="xs" variant="default" onClick={() => void end()}>{t('banner.end')}</Button>
    </div>
  );
}
