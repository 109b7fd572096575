/** The parts of a text, each with what is wrong with it beside it. */
import { SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { partsOf, type Part, type TextChannel } from '../model';
import type { useEditor } from '../useEditor';
import classes from '../templates.module.css';

const SUBJECT_CHARACTERS_MAX = 500;
const PHONE_CHARACTERS_MAX = 1600;

export function Fields({ channel, editor }: { channel: TextChannel; editor: ReturnType<typeof useEditor> }) {
  const { t } = useTranslation('setup');
  const parts = partsOf(channel);
  const [body, setBody] = useState<'text' | 'html'>(editor.draft.html ? 'html' : 'text');
  const shown: Part = parts.includes('html') ? body : 'text';
  const isPhone = channel === 'sms' || channel === 'whatsapp';
  const wire = (part: Part) => ({
    ref: editor.cursor.hold(part),
    value: editor.draft[part],
    error: editor.errorOf(part),
    onFocus: editor.cursor.enter(part),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => editor.change(part, currentTarget.value),
  });
  const other = shown === 'html' ? 'text' : 'html';
  // What is wrong in the part that is not shown must not hide.
  const hidden = parts.includes('html') ? editor.errorOf(other) : undefined;
  return (
    <Stack gap="sm">
      {parts.includes('subject') && <TextInput label={t(channel === 'email' ? 'templates.subject' : 'templates.noticeTitle')} maxLength={SUBJECT_CHARACTERS_MAX} {...wire('subject')} />}
      {parts.includes('html') && <SegmentedControl value={body} onChange={(next) => setBody(next as typeof body)} aria-label={t('templates.parts')} data={[{ value: 'html', label: t('templates.page') }, { value: 'text', label: t('templates.plain') }]} />}
      <Textarea
        key={shown}
        label={shown === 'html' ? t('templates.html') : t('templates.body')}
        description={shown === 'html' ? t('templates.htmlHint') : isPhone ? t('templates.phoneHint', { count: PHONE_CHARACTERS_MAX }) : channel === 'email' ? t('templates.textHint') : undefined}
        autosize
        minRows={isPhone || channel === 'inapp' ? 6 : 14}
        maxRows={28}
        spellCheck={shown !== 'html'}
        classNames={{ input: classes['code'] ?? '' }}
        {...wire(shown)}
      />
      {hidden && <p className={classes['hidden']} role="alert">{t(other === 'html' ? 'templates.page' : 'templates.plain')}: {hidden}</p>}
    </Stack>
  );
}
