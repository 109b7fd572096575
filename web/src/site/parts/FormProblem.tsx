/** Why a form was not taken, above its button. */
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Problem } from '~/api';

export function FormProblem({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} stroke={1.5} />}>
      <Text size="sm">{problem.detail}</Text>
      <Text size="xs" c="dimmed" className="tabular">{[problem.code, problem.requestId].filter(Boolean).join(' · ')}</Text>
    </Alert>
  );
}
