/** Text of machines: numbered, coloured where it is JSON, copied with one click, scrolled inside its frame. */
import { ActionIcon, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './CodeBlock.module.css';
import { tokenize } from './tokens';

/** Longer text is shown as it is; colouring it would make the page wait. */
const COLOURED_CHARS_MAX = 60_000;
/** From here on the text is one piece, without numbers: a page of ten thousand rows of pieces would not move any more. */
const LINES_APART_MAX = 500;

interface Props {
  text: string;
  /** What it is, for those who hear the page. */
  label: string;
  isNumbered?: boolean;
  /** Breaks long lines instead of scrolling them. */
  wraps?: boolean;
  maxHeight?: number;
  hasCopy?: boolean;
}

export function CodeBlock({ text, label, isNumbered = false, wraps = false, maxHeight, hasCopy = false }: Props) {
  const { lines, rest } = useMemo(() => {
    const all = text.split('\n');
    const apart = all.slice(0, LINES_APART_MAX).map((line) => (text.length > COLOURED_CHARS_MAX ? [{ kind: 'plain' as const, text: line }] : tokenize(line)));
    return { lines: apart, rest: all.slice(LINES_APART_MAX).join('\n') };
  }, [text]);
  return (
    <div className={classes['frame']}>
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre className={classes['code']} data-wraps={wraps || undefined} tabIndex={0} role="region" aria-label={label} style={maxHeight ? { maxHeight } : undefined}>
        {lines.map((tokens, index) => (
          <code key={index} className={classes['line']}>
            {isNumbered && <span className={classes['lineNumber']} aria-hidden>{index + 1}</span>}
            <span>{tokens.map((token, at) => (token.kind === 'plain' ? token.text : <span key={at} className={classes[token.kind]}>{token.text}</span>))}{'\n'}</span>
          </code>
        ))}
        {rest && <code className={classes['rest']} data-numbered={isNumbered || undefined}>{rest}</code>}
      </pre>
      {hasCopy && <CopyIcon text={text} label={label} />}
    </div>
  );
}

export function CopyIcon({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation('ui');
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon className={classes['copy'] ?? ''} onClick={copy} aria-label={copied ? t('copied') : `${t('copy')}: ${label}`} title={copied ? t('copied') : t('copy')}>
          {copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}
