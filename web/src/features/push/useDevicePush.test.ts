import { describe, expect, it } from 'vitest';
import { faultOf, nameThisDevice } from './useDevicePush';

describe('the name of a device', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox on Linux'],
    ['curl/8', ''],
  ])('%s', (agent, name) => expect(nameThisDevice(agent)).toBe(name));
});

describe('what the browser throws', () => {
  it.each([
    ['NotAllowedError', 'Registration failed - permission denied', 'refused'],
    ['AbortError', 'Registration failed - push service error', 'unreachable'],
    ['InvalidStateError', 'Registration failed - no active service worker', 'broken'],
  ])('%s has a sentence of ours', (name, words, fault) => expect(faultOf(new DOMException(words, name))).toBe(fault));

  it('is told from what the server says', () => expect(faultOf(new Error('the server said no'))).toBeNull());
});
