/** The business sets up how it is heard of: webhooks, channels, texts, keys, and the bell that tells it. */
import assert from 'node:assert/strict';
import { book, call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { DESKTOP, PHONE } from '../harness/browser.js';
import { Receiver } from '../harness/receiver.js';
import { tell } from '../harness/story.js';
import { openDesk } from './moves.js';

async function signIn(story, business, next) {
  const owner = await story.visitor('owner');
  await owner.open(`/sign-in?next=${encodeURIComponent(next)}`);
  await owner.field('E-mail').fill(business.email);
  await owner.field('Password', { exact: true }).fill(PASSWORD);
  await owner.button('Sign in').click();
  return owner;
}

/** A place of the events group. */
async function openPlaceOf(owner, name) {
  await openDesk(owner, /Events/);
  await owner.page.getByRole('navigation', { name: 'Events' }).getByRole('link', { name, exact: true }).click();
  await owner.see(owner.page.getByRole('heading', { name, level: 1 }));
}

function dialog(owner, name) {
  return owner.page.getByRole('dialog', { name });
}

/** Keeps a secret that is shown this one time, and says so. */
async function keepSecret(owner, name, shape) {
  const shown = await owner.see(dialog(owner, name).getByRole('textbox', { name: 'Secret' }));
  const secret = await shown.textContent();
  assert.match(secret, shape);
  await owner.seeText('This is the only time it is shown');
  return secret;
}

/** Takes every line out of the open list. */
async function clearNotices(owner) {
  const removals = owner.button(/^Remove: /);
  await owner.see(removals);
  for (let left = await removals.count(); left > 0; left -= 1) {
    await removals.first().click();
    await owner.gone(removals.nth(left - 1));
  }
  await owner.seeText('Nothing to tell you');
}

function invoice(email) {
  return { event_type: 'invoice:sent', event_data: { invoice_id: 7, invoice_number: 'INV-7', total_amount: '1500.00', client_email: email } };
}

tell('webhooks', {
  'a webhook is added, tried out, called, watched and taken away': async (story) => {
    const receiver = await new Receiver().start();
    try {
      const business = await openBusiness(story.server);
      const owner = await signIn(story, business, '/dashboard/webhooks');
      const { page } = owner;
      await story.step('nothing is there yet', async () => {
        await owner.seeText('No webhooks yet');
        await owner.look('empty');
      });
      await story.step('what is wrong is said at its field', async () => {
        await owner.button('Add your first webhook').click();
        await owner.field('Address').fill('erp');
        await owner.button('Add the webhook').click();
        await owner.seeText('An address that begins with https:// or http://');
        await owner.seeText('Choose at least one event');
      });
      await story.step('it is added, and its secret shown once', async () => {
        await owner.field('Address').fill(receiver.url);
        await owner.field('What it is').fill('Our ERP');
        await owner.field('Find an event').fill('invoice');
        await owner.page.getByRole('checkbox', { name: /invoice\.sent/ }).check();
        await owner.look('form');
        await owner.button('Add the webhook').click();
        await keepSecret(owner, 'The secret of this webhook', /^whsec_/);
        await owner.look('secret');
        await owner.button('I have kept it').click();
        await owner.see(page.getByRole('heading', { name: 'Our ERP', level: 1 }));
        await owner.seeText('Not called yet');
      });
      await story.step('a test call shows its answer', async () => {
        receiver.answer(200, '{"taken":true}');
        await owner.button('Call it now').click();
        const { headers } = await receiver.next();
        assert.equal(headers['x-webhook-event'], 'webhook.test');
        await owner.seeText('It took the call');
        await owner.seeText('"taken"');
        await owner.look('tested');
      });
      await story.step('an event is called out, and stands in the log by itself', async () => {
        await call(story.server, 'POST', '/api/events', { token: business.token, body: invoice('client@example.com') });
        assert.equal(JSON.parse((await receiver.next()).body).type, 'invoice.sent');
        const line = await owner.see(page.getByRole('list', { name: 'Log' }).getByRole('link', { name: /invoice\.sent/ }));
        await line.click();
        await owner.see(dialog(owner, 'invoice.sent, try 1'));
        await owner.see(dialog(owner, 'invoice.sent, try 1').getByText('"taken"'));
        await dialog(owner, 'invoice.sent, try 1').getByText('Request', { exact: true }).click();
        await owner.seeText(/x-webhook-signature/i);
        await owner.look('try');
        await page.keyboard.press('Escape');
      });
      await story.step('a failing receiver is shown as failing', async () => {
        receiver.answer(503, '{"error":"maintenance"}');
        await call(story.server, 'POST', '/api/events', { token: business.token, body: invoice('other@example.com') });
        await receiver.next();
        await owner.seeText(/Failing since/);
        await owner.see(page.getByRole('list', { name: 'Log' }).getByText('503'));
        await owner.look('failing');
      });
      await story.step('a new secret is made, and the old one stays for a day', async () => {
        await owner.button('Actions').click();
        await page.getByRole('menuitem', { name: 'New secret…' }).click();
        await owner.button('Make a new secret').click();
        await keepSecret(owner, 'The secret of this webhook', /^whsec_/);
        await owner.button('I have kept it').click();
        await owner.seeText(/The old secret signs along until/);
      });
      await story.step('a time window is sent again', async () => {
        await owner.button('Actions').click();
        await page.getByRole('menuitem', { name: 'Replay a time window…' }).click();
        await owner.button('Send them again').click();
        await owner.seeText('Nothing was given up or missed in this time.');
        await owner.look('replay');
        await page.keyboard.press('Escape');
      });
      await story.step('the list tells how it is doing', async () => {
        await owner.open('/dashboard/webhooks');
        await owner.see(owner.link(/Our ERP/));
        await owner.look('list');
      });
      await story.step('it is deleted after a question', async () => {
        await owner.link(/Our ERP/).click();
        await owner.button('Actions').click();
        await page.getByRole('menuitem', { name: 'Delete…' }).click();
        await owner.seeText(/hears of nothing any more/);
        await owner.button('Delete it').click();
        await owner.seeText('No webhooks yet');
      });
    } finally {
      receiver.stop();
    }
  },
}, [PHONE, DESKTOP], { env: { OUTBOUND_ALLOWED_CIDRS: '127.0.0.0/8' } });

tell('templates', {
  'a text is written with its preview beside it, saved, tested and taken back': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/templates');
    const { page } = owner;
    const mail = page.frameLocator('iframe[title="The mail as it arrives"]');
    await story.step('the texts are found by a word', async () => {
      await owner.see(page.getByRole('heading', { name: 'Templates', level: 1 }));
      await owner.see(owner.link(/Invoice sent by E-mail, Built-in/));
      await owner.look('list');
      await owner.field('Find an event').fill('invoice');
      await owner.gone(page.getByText('call.started', { exact: true }));
      await owner.link(/Invoice sent by E-mail/).click();
    });
    await story.step('the preview follows what is written', async () => {
      await mail.getByText('INV').first().waitFor();
      await owner.look('editor');
      await owner.field('HTML', { exact: true }).fill('<p>Habari, your invoice {{ invoice_number }} is here.</p>');
      await mail.getByText(/Habari, your invoice \S+ is here\./).waitFor();
      await owner.look('preview');
    });
    await story.step('an unknown name is refused at its field, by name', async () => {
      await owner.withoutNetwork(async () => {
        await owner.field('Subject', { exact: true }).fill('Invoice {{ invoice_nr }}');
        await owner.seeText(/^invoice_nr/);
        await owner.look('refused');
        await owner.field('Subject', { exact: true }).fill('Invoice ');
      });
      await owner.button(/^invoice_number/).click();
      assert.equal(await owner.field('Subject', { exact: true }).inputValue(), 'Invoice {{ invoice_number }}');
    });
    await story.step('it is saved, and a test goes out', async () => {
      await owner.button('Save', { exact: true }).click();
      await owner.seeText('Saved. The next message says it so.');
      await owner.button('Send a test…').click();
      await owner.button('Send it').click();
      await owner.seeText('The test is on its way');
      assert.match((await story.server.mailTo(business.email)).text ?? '', /./);
      await page.keyboard.press('Escape');
    });
    await story.step('somebody else saves meanwhile, and nothing is lost', async () => {
      await call(story.server, 'PUT', '/api/templates/invoice.sent/email', { token: business.token, body: { subject: 'Theirs', text: 'Theirs' } });
      await owner.field('Subject', { exact: true }).fill('Mine');
      await owner.withoutNetwork(async () => {
        await owner.button('Save', { exact: true }).click();
        await owner.seeText(/Yours is still here/);
      });
      await owner.look('conflict');
      await owner.button('Show theirs').click();
      assert.equal(await owner.field('Subject', { exact: true }).inputValue(), 'Theirs');
    });
    await story.step('the built-in text comes back', async () => {
      await owner.button('Back to the built-in text…').click();
      await owner.button('Delete mine').click();
      await owner.seeText('The built-in text counts again');
    });
  },
});

tell('setting up', {
  'keys, channels and the bell': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard');
    const { page } = owner;
    await story.step('a key is made and revoked', async () => {
      await openPlaceOf(owner, 'API keys');
      await owner.look('no-keys');
      await owner.button('Make your first key').click();
      await owner.field('Name').fill('ERP live');
      await owner.look('key-form');
      await owner.button('Make the key').click();
      const key = await keepSecret(owner, 'Your new key', /^fdk_/);
      await owner.button('I have kept it').click();
      await owner.seeText('Never used');
      const accepted = await call(story.server, 'POST', '/api/events', { headers: { 'X-API-Key': key }, body: invoice('client@example.com') });
      assert.equal(accepted.status, 202);
      await owner.look('keys');
      await owner.button('Revoke ERP live').click();
      await owner.button('Revoke it').click();
      await owner.seeText('No keys yet');
    });
    await story.step('the channels say who answers, and a test tells what the provider said', async () => {
      await openPlaceOf(owner, 'Channels');
      await owner.seeText('A simulator answers: nothing really leaves');
      const email = page.locator('section', { has: page.getByRole('heading', { name: 'E-mail', level: 2 }) });
      await email.getByRole('button', { name: 'Send a test' }).click();
      await owner.seeText('The simulator took it; nothing really left');
      await owner.look('channels');
      await email.getByText('By your own').click();
      await email.getByLabel('Server').fill('not a server');
      await owner.withoutNetwork(async () => {
        await email.getByRole('button', { name: 'Save changes' }).click();
        await owner.seeText(/Must be a server name/);
      });
      await owner.look('own-server');
      await email.getByRole('button', { name: 'Discard' }).click();
    });
    await story.step('a phone is paired by its code', async () => {
      await owner.seeText('WhatsApp may ban a number for this');
      await owner.look('whatsapp');
    });
    await story.step('the bell rings when a customer books', async () => {
      await openDesk(owner, /^Overview/);
      const bell = owner.button(/^Notices/);
      await bell.click();
      await clearNotices(owner);
      await owner.look('no-notices');
      await page.keyboard.press('Escape');
      await book(story.server, business, await registerCustomer(story.server, business));
      // The booking, and the customer who is new.
      await owner.see(page.getByRole('button', { name: 'Notices, 2 unread' }));
      await bell.click();
      await owner.see(page.getByText(/Njeri Kamau/));
      await owner.look('notices');
      await owner.button('Mark all as read').click();
      await owner.gone(page.getByRole('button', { name: 'Notices, 2 unread' }));
      await clearNotices(owner);
    });
  },
});
