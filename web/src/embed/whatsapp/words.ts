/** Everything the WhatsApp panel says. */
export type State = 'not_initialized' | 'qr_ready' | 'authenticated' | 'ready' | 'disconnected' | 'auth_failed' | 'logged_out';

const STATES: Record<State, [title: string, hint: string]> = {
  not_initialized: ['Not connected', 'Show the code and scan it with the phone that shall send.'],
  qr_ready: ['Waiting for the phone', 'In WhatsApp open Settings, Linked devices, Link a device, and scan the code.'],
  authenticated: ['Phone linked', 'The last messages are being fetched; this takes a moment.'],
  ready: ['Connected', 'Messages can be sent.'],
  disconnected: ['Connection lost', 'It is tried again. The phone must be online from time to time.'],
  auth_failed: ['Linking failed', 'Show a new code and scan it again.'],
  logged_out: ['Logged out', 'Show a code to link a phone again.'],
};

export const words = {
  label: 'WhatsApp connection',
  loading: ['Looking…', ''] as [string, string],
  unknown: ['Unknown state', ''] as [string, string],
  state: (state: string): [string, string] => STATES[state as State] ?? words.unknown,
  showCode: 'Show QR code',
  check: 'Check again',
  logout: 'Log out',
  sure: 'Really log out?',
  keep: 'Stay connected',
  qr: 'QR code to scan with WhatsApp on your phone',
  fault: (reason: string): string => `That did not work: ${reason}`,
};
