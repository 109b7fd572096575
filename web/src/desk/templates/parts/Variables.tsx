/** What a text may name, to be put in by pressing it. */
import { Text, Title, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Template } from '~/api';
import { Card } from '../../parts/Page';
import classes from '../templates.module.css';

export function Variables({ template, onInsert }: { template: Template; onInsert: (name: string) => void }) {
  const { t } = useTranslation('setup');
  return (
    <Card className={classes['variables']}>
      <Title order={2} fz="sm">{t('templates.variables')}</Title>
      <Text size="xs" c="dimmed">{t('templates.variablesText')}</Text>
      <ul className={classes['names']}>
        {template.variables.map(({ name, description, required }) => (
          <li key={name}>
            {/* The field keeps its selection: pressing must not take the focus first. */}
            <UnstyledButton className={classes['variable'] ?? ''} title={t('templates.insert', { name })} onMouseDown={(event) => event.preventDefault()} onClick={() => onInsert(name)}>
              <code>{name}</code>
              <span>{description} {!required && <em>{t('templates.sometimes')}</em>}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Title order={2} fz="sm" mt="sm">{t('templates.filters')}</Title>
      <Text size="xs" c="dimmed">{t('templates.filtersText', { example: '{{ name | upper }}' })}</Text>
      <p className={classes['filterNames']}>{template.filters.map((name) => <code key={name}>{name}</code>)}</p>
    </Card>
  );
}
