/**
 * Passkeys in a real Chromium with its virtual authenticator: the browser makes and answers what the server asks, on a page
 * of the server's own, and nothing in between is made up.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { PASSWORD, call, openBusiness, registerCustomer } from '../harness/api.js';
import { openBrowser } from '../harness/browser.js';
import { startServer } from '../harness/server.js';

const USERS = '/api/auth';
const CUSTOMERS = '/api/customers/auth';

/** Runs in the page: lets the browser make a key, or answer with one. */
function carryOut({ kind, publicKey }) {
  const parse = kind === 'create' ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON;
  const options = { publicKey: parse.call(PublicKeyCredential, publicKey) };
  return navigator.credentials[kind](options).then(
    (credential) => credential.toJSON(),
    (error) => ({ refused: error.name }),
  );
}

async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (refused) => refused,
  );
  return /"code":"([A-Z_]+)"/.exec(error.message)?.[1] ?? error.message;
}

for (const database of ['sqlite', 'postgres']) {
  describe(`passkeys on ${database}`, () => {
    let server;
    let browser;
    let business;
    let page;
    let devtools;
    let authenticatorId;

    before(async () => {
      server = await startServer({ database });
      browser = await openBrowser();
      business = await openBusiness(server);
      page = await (await browser.newContext()).newPage();
      await page.goto(`${server.url}/sign-in`);
      devtools = await page.context().newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      await plugIn();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    async function plugIn(options = {}) {
      if (authenticatorId) await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      const device = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
      ({ authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { ...device, ...options } }));
    }

    async function add(base, token, name) {
      const { data } = await call(server, 'POST', `${base}/passkeys/register/start`, { token });
      const credential = await page.evaluate(carryOut, { kind: 'create', publicKey: data.publicKey });
      const body = { challengeId: data.challengeId, credential, ...(name ? { name } : {}) };
      return { body, finish: () => call(server, 'POST', `${base}/passkeys/register/finish`, { token, body }) };
    }

    async function answer(base) {
      const { data } = await call(server, 'POST', `${base}/passkeys/login/start`);
      const credential = await page.evaluate(carryOut, { kind: 'get', publicKey: data.publicKey });
      return { challengeId: data.challengeId, credential };
    }

    test('a user adds one, is listed, signs in with it without a password, and the answer works once', async () => {
      await plugIn();
      const added = await (await add(USERS, business.token, 'My laptop')).finish();
      assert.equal(added.status, 201);
      assert.equal(added.data.passkey.name, 'My laptop');
      const body = await answer(USERS);
      const signedIn = await call(server, 'POST', `${USERS}/passkeys/login/finish`, { body });
      assert.equal(signedIn.data.user.email, business.email);
      const { data } = await call(server, 'GET', `${USERS}/passkeys`, { token: signedIn.data.accessToken });
      assert.equal(data.passkeys.length, 1);
      assert.ok(data.passkeys[0].lastUsedAt);
      assert.equal(await refusal(call(server, 'POST', `${USERS}/passkeys/login/finish`, { body })), 'INVALID_PASSKEY');
    });

    test('one answer sent at the same time opens one session', async () => {
      const body = await answer(USERS);
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => call(server, 'POST', `${USERS}/passkeys/login/finish`, { body })));
      assert.equal(all.filter((one) => one.status === 'fulfilled').length, 1);
    });

    test('a changed answer, another question and a removed key are refused', async () => {
      const [good, other] = [await answer(USERS), await answer(USERS)];
      const finish = (body) => refusal(call(server, 'POST', `${USERS}/passkeys/login/finish`, { body }));
      assert.equal(await finish({ ...good, challengeId: other.challengeId }), 'INVALID_PASSKEY');
      const response = { ...good.credential.response, signature: good.credential.response.signature.replace(/^.{8}/, 'MEUCIQDA') };
      assert.equal(await finish({ ...good, credential: { ...good.credential, response } }), 'INVALID_PASSKEY');
      assert.equal(await finish({ challengeId: 'made up', credential: good.credential }), 'INVALID_PASSKEY');
      assert.equal(await finish({ challengeId: good.challengeId, credential: { id: 7 } }), 'VALIDATION_ERROR');
      const { data } = await call(server, 'GET', `${USERS}/passkeys`, { token: business.token });
      await call(server, 'DELETE', `${USERS}/passkeys/${data.passkeys[0].id}`, { token: business.token });
      assert.equal(await finish(good), 'INVALID_PASSKEY');
    });

    test('what one person was asked cannot be answered by another, and a key is added once', async () => {
      await plugIn();
      const stranger = await openBusiness(server, 'Barber Kito');
      const asked = await add(USERS, business.token);
      assert.equal(await refusal(call(server, 'POST', `${USERS}/passkeys/register/finish`, { token: stranger.token, body: asked.body })), 'INVALID_PASSKEY_ANSWER');
      const { data } = await asked.finish();
      assert.match(data.passkey.name, /^Passkey on /);
      assert.equal(await refusal(asked.finish()), 'INVALID_PASSKEY_ANSWER');
      assert.match(await refusal(call(server, 'DELETE', `${USERS}/passkeys/${data.passkey.id}`, { token: stranger.token })), /NOT_FOUND/);
      const renamed = await call(server, 'PATCH', `${USERS}/passkeys/${data.passkey.id}`, { token: business.token, body: { name: 'Phone' } });
      assert.equal(renamed.data.passkey.name, 'Phone');
      const again = await call(server, 'POST', `${USERS}/passkeys/register/start`, { token: business.token });
      const refused = await page.evaluate(carryOut, { kind: 'create', publicKey: again.data.publicKey });
      assert.equal(refused.refused, 'InvalidStateError', 'the device knows that it holds one already');
    });

    test('a customer signs in with one at their own business only, and never as a user', async () => {
      await plugIn();
      const [customer, elsewhere] = [await registerCustomer(server, business), await openBusiness(server, 'Spa Zuri')];
      await (await add(CUSTOMERS, customer.token)).finish();
      const finish = async (base, inviteCode) => {
        const body = { ...(await answer(CUSTOMERS)), ...(inviteCode ? { inviteCode } : {}) };
        return call(server, 'POST', `${base}/passkeys/login/finish`, { body });
      };
      const signedIn = await finish(CUSTOMERS, business.team.inviteCode);
      assert.equal(signedIn.data.customer.id, customer.id);
      assert.equal(await refusal(finish(CUSTOMERS, elsewhere.team.inviteCode)), 'INVALID_PASSKEY');
      assert.equal(await refusal(finish(USERS)), 'INVALID_PASSKEY');
    });

    test('a business that asks for two factors has them in a passkey, added when it asks or used at sign-in', async () => {
      await plugIn();
      const owner = await openBusiness(server, `Studio ${randomUUID().slice(0, 4)}`);
      const services = (token) => call(server, 'GET', '/api/services', { token });
      await call(server, 'PATCH', '/api/settings/business', { token: owner.token, body: { requireTwoFactor: true } });
      assert.equal(await refusal(services(owner.token)), 'TWO_FACTOR_SETUP_REQUIRED');
      await (await add(USERS, owner.token)).finish();
      await services(owner.token);
      const body = await answer(USERS);
      const byPasskey = await call(server, 'POST', `${USERS}/passkeys/login/finish`, { body });
      await services(byPasskey.data.accessToken);
      const password = { email: owner.email, password: PASSWORD };
      const byPassword = await call(server, 'POST', `${USERS}/login`, { body: password });
      assert.equal(await refusal(services(byPassword.data.accessToken)), 'TWO_FACTOR_SETUP_REQUIRED', 'one factor is one factor');
    });

    test('a device that has not checked its holder is not believed', async () => {
      await plugIn();
      const user = await openBusiness(server, `Clinic ${randomUUID().slice(0, 4)}`);
      await (await add(USERS, user.token)).finish();
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
      const { data } = await call(server, 'POST', `${USERS}/passkeys/login/start`);
      const credential = await page.evaluate(carryOut, { kind: 'get', publicKey: data.publicKey });
      assert.equal(credential.refused, 'NotAllowedError');
    });
  });
}
