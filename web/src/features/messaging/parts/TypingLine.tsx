/** Who is writing, with three dots that stand still for people who want no motion. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PersonAvatar } from '~/ui';
import type { TypingPerson } from '../model/thread';
import classes from './messaging.module.css';

export function TypingLine({ people }: { people: readonly TypingPerson[] }) {
  const { t } = useTranslation('chat');
  const [first] = people;
  return (
    <div className={classes['typing']} data-shown={first !== undefined || undefined} aria-live="polite">
      {first && (
        <>
          <PersonAvatar name={first.userName} size={24} />
          <span className={classes['dots']} aria-hidden><i /><i /><i /></span>
          <Text size="xs" c="dimmed">{t('typing', { name: people.map((person) => person.userName).join(', ') })}</Text>
        </>
      )}
    </div>
  );
}
