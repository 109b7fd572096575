/** Signing in with the account that one has at another house, by its button: users and customers. */
import { call, openBusiness, registerCustomer } from '../harness/api.js';
import { DESKTOP, PHONE } from '../harness/browser.js';
import { Issuer } from '../harness/issuer.js';
import { tell } from '../harness/story.js';
import { findLink, makeAuthenticator } from './moves.js';

const BUTTON = 'Continue with Our directory';

/** The address is one that the person was mailed at: only then does another house's word open the account. */
async function confirmAddress(story, { email, token }) {
  await call(story.server, 'POST', '/api/auth/send-verification', { token });
  const visitor = await story.visitor('confirming');
  await visitor.page.goto(findLink(await story.server.mailAbout(email, /^Confirm your e-mail/)));
  await visitor.seeText('Your address is confirmed');
}

const issuer = await new Issuer().start();
process.on('exit', () => issuer.stop());
// Nothing keeps the process alive for the issuer alone.
issuer.http.unref();

tell('other house', {
  'an owner comes in by the button, also with a second step': async (story) => {
    const business = await openBusiness(story.server);
    await confirmAddress(story, business);
    const owner = await story.visitor('owner');
    const { page } = owner;
    await story.step('who says no over there comes back and is told', async () => {
      issuer.visitor = null;
      await owner.open('/sign-in?next=/dashboard/team');
      await owner.see(owner.link(BUTTON));
      await owner.look('button');
      await owner.link(BUTTON).click();
      await owner.seeText('You came back without being signed in. Try again, or sign in another way.');
      await owner.look('turned-back');
    });
    await story.step('an address that nobody has here opens nothing', async () => {
      issuer.visitor = { email: 'nobody@example.test', name: 'Nobody' };
      await owner.withoutNetwork(async () => {
        await owner.link(BUTTON).click();
        await owner.seeText(/Nobody is known here by that account/);
      });
      await owner.look('unknown');
    });
    await story.step('the owner is let in, to where they wanted to go', async () => {
      issuer.visitor = { email: business.email, name: 'Grace at the other house' };
      await owner.open('/sign-in?next=/dashboard/security');
      await owner.link(BUTTON).click();
      await owner.see(page.getByRole('heading', { name: 'Two-step sign-in' }));
      await owner.seeText('by another account');
    });
    const nextCode = await story.step('the owner sets two-step sign-in up', async () => {
      await owner.button('Set it up').click();
      const codes = makeAuthenticator((await page.getByLabel('Key for typing').textContent()).replaceAll(' ', ''));
      await owner.field('Code that the app shows').fill(codes());
      await owner.button('Turn it on').click();
      await owner.button('I have kept them').click();
      return codes;
    });
    await story.step('from then on the other house is not enough', async () => {
      const again = await story.visitor('again');
      await again.withoutNetwork(async () => {
        await again.open('/sign-in');
        await again.link(BUTTON).click();
        await again.seeText('Enter the 6-digit code from your authenticator app.');
        await again.look('second-step');
        await again.field('Code', { exact: true }).fill(nextCode());
        await again.button('Sign in', { exact: true }).click();
        await again.see(again.page.getByRole('navigation', { name: 'Main' }));
      });
    });
  },

  'a customer comes in by the button, to the business they were at': async (story) => {
    const business = await openBusiness(story.server);
    const customer = await story.visitor('customer');
    await story.step('somebody new becomes a customer', async () => {
      issuer.visitor = { email: 'wanjiku@example.test', name: 'Wanjiku Otieno' };
      await customer.open(`/client/sign-in?business=${business.team.slug}`);
      await customer.see(customer.link(BUTTON));
      await customer.look('button');
      await customer.link(BUTTON).click();
      await customer.see(customer.page.getByRole('heading', { name: 'Wanjiku Otieno' }));
      await customer.look('account');
    });
    await story.step('a known address that was never confirmed here opens nothing', async () => {
      const { email } = await registerCustomer(story.server, business);
      const other = await story.visitor('other');
      issuer.visitor = { email, name: 'Njeri' };
      await other.withoutNetwork(async () => {
        await other.open(`/client/sign-in?business=${business.team.slug}`);
        await other.link(BUTTON).click();
        await other.seeText(/never confirmed/);
      });
      await other.look('not-confirmed');
    });
  },
}, [PHONE, DESKTOP], { env: issuer.settings });
