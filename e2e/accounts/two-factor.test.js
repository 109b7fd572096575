/**
 * Two-factor sign-in as somebody's phone would see it: the published `otpauth` library reads the address in the QR code and
 * makes the codes. It shares nothing with the program, so both follow the standard or neither signs in.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { URI } from 'otpauth';
import { call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { startServer } from '../harness/server.js';

const STEP_MS = 30_000;

/** The status and the body, whatever they are. */
async function ask(server, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, ...(await response.json()) };
}

for (const database of ['sqlite', 'postgres']) {
  describe(`two-factor sign-in on ${database}`, () => {
    let server;
    let business;

    before(async () => {
      server = await startServer({ database });
      business = await openBusiness(server);
    });
    after(async () => {
      await server?.stop();
    });

    /** Sets a second factor up and walks through it; the clock is the real one, so neighbouring steps stand for waiting. */
    async function walk(base, token, login) {
      const { data: setup } = await call(server, 'POST', `${base}/2fa/setup`, { token });
      const phone = URI.parse(setup.otpauthUrl);
      assert.equal(phone.secret.base32, setup.secret);
      assert.deepEqual([phone.algorithm, phone.digits, phone.period], ['SHA1', 6, 30]);
      const now = Date.now();
      const code = (steps) => phone.generate({ timestamp: now + steps * STEP_MS });

      const wrong = await ask(server, `${base}/2fa/verify`, { code: code(40) }, token);
      assert.equal(wrong.status, 422);
      await call(server, 'POST', `${base}/2fa/verify`, { token, body: { code: code(0) } });

      const asked = await ask(server, `${base}/login`, login);
      assert.deepEqual([asked.status, asked.code], [401, 'TWO_FACTOR_REQUIRED']);
      const again = await ask(server, `${base}/login`, { ...login, code: code(0) });
      assert.deepEqual([again.status, again.code], [401, 'INVALID_TWO_FACTOR_CODE'], 'no code counts twice');
      const next = await ask(server, `${base}/login`, { ...login, code: code(1) });
      assert.equal(next.status, 200, JSON.stringify(next));
      const twice = await ask(server, `${base}/login`, { ...login, code: code(1) });
      assert.equal(twice.code, 'INVALID_TWO_FACTOR_CODE');
      const backup = await ask(server, `${base}/login`, { ...login, backupCode: setup.backupCodes[0] });
      assert.equal(backup.status, 200, JSON.stringify(backup));
      const { data: status } = await call(server, 'GET', `${base}/2fa/status`, { token });
      assert.deepEqual([status.enabled, status.backupCodesLeft], [true, 9]);
    }

    test('a user signs in with codes of an authenticator', async () => {
      await walk('/api/auth', business.token, { email: business.email, password: PASSWORD });
    });

    test('a customer does, too', async () => {
      const customer = await registerCustomer(server, business);
      const login = { inviteCode: business.team.inviteCode, email: customer.email, password: PASSWORD };
      await walk('/api/customers/auth', customer.token, login);
    });
  });
}
