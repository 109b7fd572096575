import { describe, expect, it } from 'vitest';
import { Problem } from '~/api';
import { tellRefusal } from './useUploads';

describe('a file that did not arrive', () => {
  it('is told by what is wrong with it, and not sent again as it is', () => {
    const problem = new Problem({ code: 'VALIDATION_FAILED', detail: 'file: is damaged or not complete', status: 422, errors: [{ field: 'file', code: 'DAMAGED', message: 'is damaged or not complete' }] });
    expect(tellRefusal(problem)).toEqual({ kind: 'refused', detail: 'is damaged or not complete', mayRetry: false });
  });

  it('may be sent again when the network, a limit or the server stood in the way', () => {
    for (const status of [0, 429, 500, 503]) expect(tellRefusal(new Problem({ code: 'X', detail: 'no', status })).mayRetry).toBe(true);
    expect(tellRefusal(new Problem({ code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'no', status: 415 })).mayRetry).toBe(false);
  });
});
