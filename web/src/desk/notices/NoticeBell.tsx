/**
 * The bell, with how many lines wait: on the rail with the list beside it, or, on a phone, whose bar has no room left, in the
 * head of the overview with the list as a sheet.
 */
import { Drawer, Popover, UnstyledButton } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import shell from '../Shell.module.css';
import classes from './notices.module.css';
import { NoticeList } from './parts/NoticeList';
import { useUnread } from './queries';

const COUNT_MAX = 99;

export function NoticeBell({ isPhone }: { isPhone: boolean }) {
  const { t } = useTranslation('desk');
  const [isOpen, setIsOpen] = useState(false);
  const unread = useUnread();
  const close = () => setIsOpen(false);
  const bell = (
    <UnstyledButton className={isPhone ? (classes['headBell'] ?? '') : `${shell['tab']} ${classes['bell']}`} aria-haspopup="dialog" aria-expanded={isOpen} aria-label={unread > 0 ? `${t('notices.bell')}, ${unread > COUNT_MAX ? `${COUNT_MAX}+` : unread} ${t('nav.unread')}` : t('notices.bell')} title={isPhone ? undefined : t('notices.bell')} onClick={() => setIsOpen(!isOpen)}>
      <IconBell size={20} stroke={1.5} aria-hidden />
      {unread > 0 && <span className={shell['count']} aria-hidden>{unread > COUNT_MAX ? `${COUNT_MAX}+` : unread}</span>}
    </UnstyledButton>
  );
  if (isPhone) {
    return (
      <>
        {bell}
        <Drawer opened={isOpen} onClose={close} position="bottom" size="80%" title={t('notices.title')} classNames={{ body: classes['sheet'] ?? '', content: classes['sheetFrame'] ?? '' }}>
          <NoticeList unread={unread} onLeave={close} />
        </Drawer>
      </>
    );
  }
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="right-end" width={380} shadow="md" trapFocus returnFocus withRoles={false}>
      <Popover.Target>{bell}</Popover.Target>
      <Popover.Dropdown p={0} role="dialog" aria-label={t('notices.title')} className={classes['popover'] ?? ''}>
        <NoticeList unread={unread} onLeave={close} hasTitle />
      </Popover.Dropdown>
    </Popover>
  );
}
