/** Why something was refused: in words, then the code and the request's id for whoever helps. */
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { toProblem } from '~/api';

export function Fault({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = toProblem(error);
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} stroke={1.5} />}>
      <Text size="sm">{problem.detail}</Text>
      <Text size="xs" c="dimmed" className="tabular">{[problem.code, problem.requestId].filter(Boolean).join(' · ')}</Text>
    </Alert>
  );
}
