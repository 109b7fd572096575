/** What was done, and the way back. */
import { Button, Group } from '@mantine/core';

export function UndoLine({ words, undo, onUndo }: { words: string; undo: string; onUndo: () => void }) {
  return <Group justify="space-between" gap="sm" wrap="nowrap"><span>{words}</span><Button size="xs" variant="subtle" onClick={onUndo}>{undo}</Button></Group>;
}
