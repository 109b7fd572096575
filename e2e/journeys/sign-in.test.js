/** Getting in: two-step sign-in, a forgotten password, a proven address, a lock that opens again; for users and customers. */
import assert from 'node:assert/strict';
import { openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { makeAuthenticator } from './moves.js';

const NEW_PASSWORD = 'another horse, another battery';
/** So many wrong passwords lock an address. */
const FAILURES_UNTIL_LOCKED = 5;

async function enterPassword(visitor, email, password) {
  await visitor.field('E-mail').fill(email);
  await visitor.field('Password', { exact: true }).fill(password);
  await visitor.button('Sign in', { exact: true }).click();
}

/** The link and the code of the newest mail of that kind. */
async function readMail(server, address, subject, after = 0) {
  const { id, text } = await server.mailAbout(address, subject, after);
  const [link] = /https?:\/\/\S+token=[\w-]+/.exec(text) ?? [];
  assert.ok(link, `no link in: ${text}`);
  return { id, link, code: /\b(\d{6})\b/.exec(text)?.[1] };
}

tell('two-step sign-in', {
  'it is set up by an app, asked for at sign-in, and replaced by a backup code': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await story.visitor('owner');
    const { page } = owner;
    // Later the owner is signed out from elsewhere: what the page asks then is refused.
    owner.expectNetworkErrors();
    let nextCode;
    let backupCode;
    await story.step('the owner opens the security page', async () => {
      await owner.open('/sign-in?next=/dashboard/security');
      await enterPassword(owner, business.email, PASSWORD);
      await owner.see(page.getByRole('heading', { name: 'Two-step sign-in' }));
      await owner.seeText('This device');
      await owner.look('security');
    });
    await story.step('the owner scans the code and confirms with the app', async () => {
      await owner.button('Set it up').click();
      await owner.see(page.getByRole('img', { name: 'QR code for your authenticator app' }));
      const secret = (await page.getByLabel('Key for typing').textContent()).replaceAll(' ', '');
      nextCode = makeAuthenticator(secret);
      await owner.look('setup');
      await owner.field('Code that the app shows').fill('000000');
      await owner.button('Turn it on').click();
      await owner.see(page.getByText(/is not right/i));
      await owner.field('Code that the app shows').fill(nextCode());
      await owner.button('Turn it on').click();
      const codes = page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem');
      await owner.see(codes);
      assert.equal(await codes.count(), 10);
      backupCode = (await codes.first().textContent()).trim();
      await owner.look('backup-codes');
      await owner.button('I have kept them').click();
      await owner.seeText('10 backup codes left');
      await owner.look('on');
    });
    await story.step('another browser is asked for the code', async () => {
      const other = await story.visitor('other');
      other.expectNetworkErrors();
      await other.open('/sign-in');
      await enterPassword(other, business.email, PASSWORD);
      await other.seeText('One more step');
      await other.look('asked');
      await other.field('Code', { exact: true }).fill('111111');
      await other.button('Sign in').click();
      await other.seeText(/This code is not right/);
      await other.look('wrong-code');
      await other.field('Code', { exact: true }).fill(nextCode());
      await other.button('Sign in').click();
      await other.see(other.page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('a third one gets in by a backup code', async () => {
      const third = await story.visitor('third');
      await third.open('/sign-in?next=/dashboard/security');
      await third.withoutNetwork(async () => {
        await enterPassword(third, business.email, PASSWORD);
        await third.seeText('One more step');
      });
      await third.button('Use a backup code instead').click();
      await third.field('Backup code').fill(backupCode);
      await third.button('Sign in').click();
      await third.seeText('9 backup codes left');
      await third.seeText('Recent sign-ins');
      await third.look('devices');
      await third.button('Sign out all others').click();
      await third.page.getByRole('dialog').getByRole('button', { name: 'Sign out all others' }).click();
      await third.gone(third.page.getByRole('dialog'));
      assert.equal(await third.page.getByRole('button', { name: /^Sign out [A-Z]/ }).count(), 0);
    });
    await story.step('the first one is out at once', async () => {
      await owner.see(owner.page.getByRole('heading', { name: 'Sign in to your business' }));
    });
  },
});

tell('forgotten password', {
  'a link by mail, or the code of the same mail, sets a new one': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await story.visitor('owner');
    await story.step('the owner asks for a mail', async () => {
      await owner.open('/sign-in');
      await owner.link('Forgot your password?').click();
      await owner.see(owner.button('Mail me a link'));
      await owner.look('forgot');
      await owner.field('E-mail').fill(business.email);
      await owner.button('Mail me a link').click();
      await owner.seeText('Look into your inbox');
      await owner.look('sent');
    });
    const first = await story.step('the mail comes', () => readMail(story.server, business.email, /^Set a new password/));
    await story.step('the code is entered', async () => {
      await owner.button('Enter the code here').click();
      await owner.withoutNetwork(async () => {
        await owner.field('6-digit code from the mail').fill(first.code === '123456' ? '654321' : '123456');
        await owner.field('New password').fill(NEW_PASSWORD);
        await owner.button('Set the password').click();
        await owner.seeText(/This code is not right or too old/);
        await owner.look('wrong-code');
      });
      await owner.field('6-digit code from the mail').fill(first.code);
      await owner.button('Set the password').click();
      await owner.seeText('Your new password is set');
      await owner.look('done');
    });
    await story.step('the link of the same mail is dead now', async () => {
      await owner.withoutNetwork(async () => {
        await owner.page.goto(first.link);
        await owner.field('New password').fill(NEW_PASSWORD);
        await owner.button('Set the password').click();
        await owner.seeText('This link does not work any more');
        await owner.look('dead-link');
      });
    });
    await story.step('a second mail sets it by its link, and the new one signs in', async () => {
      await owner.open('/forgot-password');
      await owner.field('E-mail').fill(business.email);
      await owner.button('Mail me a link').click();
      const second = await readMail(story.server, business.email, /^Set a new password/, first.id);
      await owner.page.goto(second.link);
      await owner.field('New password').fill(PASSWORD);
      await owner.button('Set the password').click();
      await owner.link('Sign in').click();
      await enterPassword(owner, business.email, PASSWORD);
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    });
  },

  'a customer sets one by the link in the mail': async (story) => {
    const business = await openBusiness(story.server);
    const registered = await registerCustomer(story.server, business);
    const customer = await story.visitor('customer');
    await story.step('the customer asks for a mail', async () => {
      await customer.open(`/client/sign-in?business=${business.team.slug}`);
      await customer.link('Forgot your password?').click();
      // The page that is left has a field of that name, too.
      await customer.see(customer.button('Mail me a link'));
      await customer.field('E-mail').fill(registered.email);
      await customer.button('Mail me a link').click();
      await customer.seeText('Look into your inbox');
    });
    await story.step('the link leads to the new password, and that signs in', async () => {
      const { link } = await readMail(story.server, registered.email, /^Set a new password/);
      await customer.page.goto(link);
      await customer.field('New password').fill(NEW_PASSWORD);
      await customer.look('new');
      await customer.button('Set the password').click();
      await customer.link('Sign in').click();
      await customer.field(/^E-mail/).fill(registered.email);
      await customer.page.locator('input[name=password]').fill(NEW_PASSWORD);
      await customer.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
      await customer.link(/Sign-in and security/).click();
      await customer.seeText('This device');
      await customer.look('security');
    });
  },
});

tell('address', {
  'it is confirmed by the mailed link, and the reminder goes': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await story.visitor('owner');
    await story.step('the desk reminds the owner, who asks for the mail again', async () => {
      await owner.open('/sign-in');
      await enterPassword(owner, business.email, PASSWORD);
      await owner.seeText(/Please confirm/);
      await owner.page.waitForLoadState('networkidle');
      await owner.look('reminder');
      await owner.button('Mail me the link').click();
      await owner.seeText('Sent. Look into your inbox.');
    });
    await story.step('the link confirms it', async () => {
      const { link } = await readMail(story.server, business.email, /^Confirm your e-mail/);
      await owner.page.goto(link);
      await owner.seeText('Your address is confirmed');
      await owner.look('confirmed');
      await owner.link('Go on').click();
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
      assert.equal(await owner.page.getByText(/Please confirm/).count(), 0);
    });
    await story.step('it works once', async () => {
      const other = await story.visitor('stranger');
      const { link } = await readMail(story.server, business.email, /^Confirm your e-mail/);
      await other.withoutNetwork(async () => {
        await other.page.goto(link);
        await other.seeText('This link does not work any more');
      });
      await other.look('used');
    });
  },
});

tell('lockout', {
  'after too many failures the page says when it opens again, and a reset opens it': async (story) => {
    const business = await openBusiness(story.server);
    const stranger = await story.visitor('stranger');
    await story.step('somebody guesses', async () => {
      await stranger.open('/sign-in');
      await stranger.withoutNetwork(async () => {
        for (let attempt = 0; attempt <= FAILURES_UNTIL_LOCKED; attempt += 1) {
          const answered = stranger.page.waitForResponse('**/api/auth/login');
          await enterPassword(stranger, business.email, `wrong guess ${attempt}`);
          await answered;
        }
        await stranger.seeText('Signing in is locked for now');
        await stranger.seeText(/It opens again at \d\d:\d\d \(in 1\d minutes\)/);
        await stranger.look('locked');
      });
    });
    await story.step('a new password lifts it', async () => {
      await stranger.link('Set a new password').click();
      await stranger.see(stranger.button('Mail me a link'));
      await stranger.field('E-mail').fill(business.email);
      await stranger.button('Mail me a link').click();
      const { link } = await readMail(story.server, business.email, /^Set a new password/);
      await stranger.page.goto(link);
      await stranger.field('New password').fill(NEW_PASSWORD);
      await stranger.button('Set the password').click();
      await stranger.link('Sign in').click();
      await enterPassword(stranger, business.email, NEW_PASSWORD);
      await stranger.see(stranger.page.getByRole('navigation', { name: 'Main' }));
    });
  },
});
