/** What protects an account, on its page: passkeys, other devices, the log of sign-ins, the password; users and customers. */
import assert from 'node:assert/strict';
import { call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { findLink, makeAuthenticator, signIn, signInAsCustomer } from './moves.js';

const NEW_PASSWORD = 'another horse, another battery';

/** Chromium's own stand-in for the device that keeps passkeys. */
async function plugIn(visitor) {
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  return { refuse: () => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false }), agree: () => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true }) };
}

/** What the page was still asking for is refused by then. */
async function signOut(visitor) {
  await visitor.withoutNetwork(async () => {
    await visitor.open('/dashboard/settings?tab=account');
    await visitor.button('Sign out', { exact: true }).first().click();
    await visitor.see(visitor.button('Use a passkey'));
  });
}

async function addPasskey(visitor, name) {
  await visitor.button('Add a passkey').click();
  await visitor.button(/^Rename Passkey of /).click();
  const window = visitor.page.getByRole('dialog', { name: 'Rename this passkey' });
  await window.getByLabel('Name').fill(name);
  await window.getByRole('button', { name: 'Save' }).click();
  await visitor.see(visitor.button(`Rename ${name}`));
  await visitor.gone(window);
}

/** Lets the story wait for what the device says: the page itself says nothing of a refusal. */
async function watchTheDevice(page) {
  await page.evaluate(() => {
    const ask = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      const asked = ask(options);
      window.askedDevice = asked.then(() => 'agreed', () => 'refused');
      return asked;
    };
  });
}

tell('security', {
  'a passkey is made, named, used to come in, and removed': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/security');
    const { page } = owner;
    const device = await plugIn(owner);
    await story.step('the owner makes one on this device', async () => {
      await owner.seeText('No passkey yet.');
      await addPasskey(owner, 'My laptop');
      await owner.seeText('Never used');
      await owner.look('passkey');
    });
    await story.step('it cannot be made twice on one device, and that is said', async () => {
      await owner.button('Add a passkey').click();
      await owner.see(page.getByRole('alert'));
      await owner.look('twice');
    });
    await story.step('the owner signs out, and comes in by the passkey alone', async () => {
      await signOut(owner);
      await owner.button('Use a passkey').click();
      await owner.see(page.getByRole('navigation', { name: 'Main' }));
      await owner.open('/dashboard/security');
      await owner.seeText('by passkey');
      await owner.seeText(/Last used now/);
      await owner.look('used');
    });
    await story.step('who does not prove to the device who they are stays outside', async () => {
      await signOut(owner);
      await device.refuse();
      await watchTheDevice(page);
      await owner.button('Use a passkey').click();
      await page.waitForFunction(() => window.askedDevice !== undefined);
      assert.equal(await page.evaluate(() => window.askedDevice), 'refused');
      await owner.see(page.locator('button:not([data-loading])').filter({ hasText: 'Use a passkey' }));
      await owner.see(page.getByRole('heading', { name: 'Sign in to your business' }));
      await device.agree();
      await owner.button('Use a passkey').click();
      await owner.see(page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('it is removed after a question', async () => {
      await owner.open('/dashboard/security');
      await owner.button('Remove My laptop').click();
      await owner.seeText(/will not sign you in any more/);
      await owner.look('removal');
      await owner.button('Remove it').click();
      await owner.seeText('No passkey yet.');
    });
  },

  'at the second step a passkey does instead of the code': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/security');
    const { page } = owner;
    await plugIn(owner);
    await owner.seeText('No passkey yet.');
    await addPasskey(owner, 'My laptop');
    const { data: setup } = await call(story.server, 'POST', '/api/auth/2fa/setup', { token: business.token });
    await call(story.server, 'POST', '/api/auth/2fa/verify', { token: business.token, body: { code: makeAuthenticator(setup.secret)() } });
    await signOut(owner);
    await story.step('the password asks for a code, and offers the passkey', async () => {
      await owner.withoutNetwork(async () => {
        await owner.field('E-mail').fill(business.email);
        await owner.field('Password', { exact: true }).fill(PASSWORD);
        await owner.button('Sign in', { exact: true }).click();
        await owner.seeText('Enter the 6-digit code from your authenticator app.');
      });
      await owner.look('offered');
      await owner.button('Use a passkey instead').click();
      await owner.see(page.getByRole('navigation', { name: 'Main' }));
    });
  },

  'another device is signed out, the password is changed, and the log tells of both': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/security');
    const { page } = owner;
    await owner.seeText('This device');
    const other = await signIn(story, { name: 'other', email: business.email }, '/dashboard/security');
    await other.seeText('This device');
    await story.step('the owner sees the other device and ends it, and its page closes by itself', async () => {
      await page.reload();
      await owner.see(page.getByText('Chrome on Linux').nth(1));
      await owner.look('devices');
      other.expectNetworkErrors();
      await owner.button('Sign out Chrome on Linux').first().click();
      await other.see(other.page.getByRole('heading', { name: 'Sign in to your business' }));
    });
    await story.step('a wrong present password is said at its field', async () => {
      await owner.button('Change the password').click();
      await owner.withoutNetwork(async () => {
        await owner.field('Current password').fill('wrong horse');
        await owner.field('New password').fill(NEW_PASSWORD);
        await owner.button('Change it').click();
        await owner.seeText('This is not your current password');
      });
      await owner.look('wrong');
    });
    await story.step('the right one changes it', async () => {
      await owner.field('Current password').fill(PASSWORD);
      await owner.button('Change it').click();
      await owner.seeText('Your password is changed. Other devices were signed out.');
      await story.server.mailAbout(business.email, /password/i);
    });
    await story.step('the old one opens nothing any more, and the log says so', async () => {
      await other.field('E-mail').fill(business.email);
      await other.field('Password', { exact: true }).fill(PASSWORD);
      await other.button('Sign in', { exact: true }).click();
      await other.seeText(/password is not right/);
      await page.reload();
      await owner.seeText('Wrong password');
      await owner.look('log');
    });
    await story.step('all devices are signed out at once', async () => {
      owner.expectNetworkErrors();
      await owner.open('/dashboard/settings?tab=account');
      await owner.button('Sign out on all devices').click();
      const question = owner.page.getByRole('dialog', { name: 'Sign out everywhere?' });
      await owner.see(question);
      await owner.look('sign-out-everywhere');
      await question.getByRole('button', { name: 'Sign out on all devices' }).click();
      await owner.see(page.getByRole('heading', { name: 'Sign in to your business' }));
    });
  },

  'a customer has a passkey and devices, too': async (story) => {
    const business = await openBusiness(story.server);
    const registered = await registerCustomer(story.server, business);
    const customer = await signInAsCustomer(story, business, registered.email, PASSWORD);
    const { page } = customer;
    await plugIn(customer);
    await story.step('the customer makes one', async () => {
      await customer.link(/Sign-in and security/).click();
      await customer.seeText('No passkey yet.');
      await addPasskey(customer, 'My phone');
      await customer.look('passkey');
    });
    await story.step('the passkey alone brings them back', async () => {
      await customer.open(`/client?business=${business.team.slug}`);
      await customer.button('Sign out').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
      await customer.seeText('Sign in to see your visits');
      await customer.open(`/client/sign-in?business=${business.team.slug}`);
      await customer.button('Use a passkey').click();
      await customer.see(page.getByRole('heading', { name: 'Njeri Kamau' }));
    });
    await story.step('the devices stand there, with the one that registered', async () => {
      const { data } = await call(story.server, 'GET', '/api/customers/auth/sessions', { token: registered.token });
      assert.ok(data.sessions.length >= 2);
      await customer.link(/Sign-in and security/).click();
      await customer.seeText('This device');
      await customer.seeText('by passkey');
      await customer.look('devices');
    });
  },
});

/** Confirms the address that somebody signed up with: only one that was proven is told of a change. */
async function confirmFirst(story, email, base, inviteCode) {
  const token = new URL(findLink(await story.server.mailAbout(email, /^Confirm your e-mail address/))).searchParams.get('token');
  await call(story.server, 'POST', `${base}/verify-email`, { body: { token, ...(inviteCode ? { inviteCode } : {}) } });
}

tell('one\u2019s own address', {
  'a user takes another address by its link, and has the old one back by the other link': async (story) => {
    const business = await openBusiness(story.server);
    await confirmFirst(story, business.email, '/api/auth');
    const owner = await signIn(story, business, '/dashboard/settings?tab=account');
    const { page } = owner;
    const wanted = 'moved@example.com';
    await story.step('the owner asks for another address', async () => {
      await owner.button('Change the address').click();
      await owner.field('New address').fill('nobody');
      await owner.button('Mail a link to it').click();
      await owner.seeText('This does not look like an e-mail address');
      await owner.field('New address').fill(wanted);
      await owner.button('Mail a link to it').click();
      await owner.seeText(`${wanted} waits to be confirmed`);
      await owner.look('waits');
    });
    await story.step('the link asks before it does anything, and works once', async () => {
      const link = findLink(await story.server.mailAbout(wanted, /^Confirm your new e-mail address/));
      await owner.open(link);
      await owner.look('asks');
      await owner.button('Use this address').click();
      await owner.seeText(`From now on you sign in with ${wanted}.`);
      await owner.look('done');
      await owner.open('/dashboard/settings?tab=account');
      await owner.see(page.getByText(wanted).first());
      await owner.withoutNetwork(async () => {
        await owner.open(link);
        await owner.button('Use this address').click();
        await owner.seeText('This link does not work any more');
      });
    });
    await story.step('the address before takes it back, and everybody is signed out', async () => {
      owner.expectNetworkErrors();
      await owner.open(findLink(await story.server.mailAbout(business.email, /^Your e-mail address/)));
      await owner.look('back');
      await owner.button('Take my address back').click();
      await owner.seeText(`${business.email} is yours again, and everybody is signed out. Choose a new password now.`);
      await owner.field('New password').fill(NEW_PASSWORD);
      await owner.look('new-password');
      await owner.button('Set the password').click();
      await owner.seeText('Your new password is set');
      const { data } = await call(story.server, 'POST', '/api/auth/login', { body: { email: business.email, password: NEW_PASSWORD } });
      assert.equal(data.user.email, business.email);
    });
  },

  'so does a customer': async (story) => {
    const business = await openBusiness(story.server);
    const registered = await registerCustomer(story.server, business);
    const customer = await signInAsCustomer(story, business, registered.email, PASSWORD);
    const wanted = 'moved-customer@example.com';
    await story.step('the customer asks, changes their mind, and asks again', async () => {
      await customer.button('Change the address').click();
      await customer.field('New address').fill('another@example.com');
      await customer.button('Mail a link to it').click();
      await customer.button('Keep the present address').click();
      await customer.gone(customer.page.getByText(/waits to be confirmed/));
      await customer.button('Change the address').click();
      await customer.field('New address').fill(wanted);
      await customer.button('Mail a link to it').click();
      await customer.seeText(`${wanted} waits to be confirmed`);
      await customer.look('waits');
    });
    await story.step('the link makes it theirs', async () => {
      await customer.open(findLink(await story.server.mailAbout(wanted, /^Confirm your new e-mail address/)));
      await customer.button('Use this address').click();
      await customer.seeText(`From now on you sign in with ${wanted}.`);
      await customer.look('done');
    });
  },
});

/** Long after the sign-in, what outlives the session asks once more who sits there. */
async function forgetProof(story) {
  await story.server.sql('update sessions set proven_at = 0');
}

/** Gives the proof, after a wrong one. */
async function proveAgain(visitor, look) {
  const window = visitor.page.getByRole('dialog', { name: 'Is it still you?' });
  await visitor.see(window);
  await visitor.look(look);
  const fill = async (password) => {
    await window.getByLabel('Password', { exact: true }).fill(password);
    await window.getByRole('button', { name: 'Go on' }).click();
  };
  await fill('wrong horse');
  await visitor.see(window.getByText(/is not right/i));
  await visitor.look(`${look}-wrong`);
  await fill(PASSWORD);
  await visitor.gone(window);
}

const LATER = {
  'long after the sign-in a passkey and two-step sign-in are given to nobody who cannot prove who they are': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/security');
    const registered = await registerCustomer(story.server, business);
    const customer = await signInAsCustomer(story, business, registered.email, PASSWORD);
    await customer.link(/Sign-in and security/).click();
    for (const visitor of [owner, customer]) {
      const { page } = visitor;
      await plugIn(visitor);
      // What is refused on purpose stands in the console.
      visitor.expectNetworkErrors();
      await story.step(`${visitor.name}: a passkey is added with the password alone`, async () => {
        await visitor.seeText('No passkey yet.');
        await forgetProof(story);
        await visitor.button('Add a passkey').click();
        await proveAgain(visitor, 'passkey-proof');
        await visitor.see(visitor.button(/^Rename Passkey of /));
      });
      await story.step(`${visitor.name}: so is two-step sign-in set up, and who turns back has none`, async () => {
        await forgetProof(story);
        await visitor.button('Set it up').click();
        await page.getByRole('dialog', { name: 'Is it still you?' }).getByRole('button', { name: 'Cancel' }).click();
        await visitor.see(visitor.button('Set it up'));
        await visitor.button('Set it up').click();
        await proveAgain(visitor, 'factor-proof');
        await visitor.see(page.getByRole('img', { name: 'QR code for your authenticator app' }));
      });
    }
  },
};

tell('security, later', LATER, undefined, { database: 'postgres' });
