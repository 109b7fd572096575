/** A developer's system states an event, and the owner watches it arrive, fail, be tried again, and lie in the mailbox. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { call, openBusiness, PASSWORD } from '../harness/api.js';
import { DESKTOP, openBrowser, PHONE } from '../harness/browser.js';
import { startServer } from '../harness/server.js';
import { Story } from '../harness/story.js';
import { openDesk } from './moves.js';

const CLIENT = 'client@example.test';
const INVOICE = { invoice_id: 123, client_email: CLIENT, invoice_number: 'INV-0147', total_amount: 2500 };
const HOUR_MS = 60 * 60_000;
/** More than a screen holds. */
const MANY = 30;

/** Another system that does not answer well until it is told to. */
class Receiver {
  status = 503;
  #server;

  static async open() {
    const receiver = new Receiver();
    receiver.#server = createServer((request, response) => {
      request.resume();
      response.writeHead(receiver.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(receiver.status === 200 ? { ok: true } : { error: 'maintenance', message: 'back soon' }));
    }).listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.url = `http://127.0.0.1:${receiver.#server.address().port}/hooks`;
    return receiver;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function meet(name, size, act, env = {}) {
  const [server, browser] = await Promise.all([startServer({ env }), openBrowser()]);
  const story = new Story(name, size, server, browser);
  try {
    const business = await openBusiness(server);
    const { data: key } = await call(server, 'POST', '/api/api-keys', { token: business.token, body: { name: 'ERP live', scopes: ['events:write', 'events:read'] } });
    const state = async (body) => (await call(server, 'POST', '/api/events', { headers: { 'X-API-Key': key.key }, body })).data;
    const owner = await story.visitor('owner');
    await story.step('the owner signs in', async () => {
      await owner.open('/sign-in?next=/dashboard');
      await owner.field('E-mail').fill(business.email);
      await owner.field('Password', { exact: true }).fill(PASSWORD);
      await owner.button('Sign in').click();
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    });
    await act({ story, server, business, owner, state });
    await story.end();
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The row of the log with these words. */
function row(visitor, words) {
  return visitor.page.getByRole('listitem').filter({ hasText: words });
}

async function openPlace(visitor, name) {
  await visitor.page.getByRole('navigation', { name: 'Events' }).getByRole('link', { name, exact: true }).click();
}

for (const size of [PHONE, DESKTOP]) {
  describe(`events, ${size.name}`, () => {
    test('an event is seen coming, its page shows it arrive, and its mail is in the mailbox', () =>
      meet('events', size, async ({ story, server, owner, state }) => {
        const { page } = owner;
        await story.step('places with nothing in them say what they are for', async () => {
          await openDesk(owner, 'Events');
          await owner.see(row(owner, 'Business signed up'));
          await owner.seeText('Live', { exact: true });
          await openPlace(owner, 'Mailbox');
          await owner.seeText('No mail yet');
          await owner.look('mailbox-empty');
          await openPlace(owner, 'Deliveries');
          await owner.button('Given up', { exact: true }).click();
          await owner.seeText('No dead letters');
          await openPlace(owner, 'Events');
        });
        await story.step('what another system states appears by itself and runs to its end', async () => {
          await state({ event_type: 'invoice:sent', event_data: INVOICE });
          await owner.see(row(owner, 'Invoice sent').getByText('Completed'));
          await owner.see(row(owner, 'invoice.sent').getByText('2 of 2'));
          await owner.see(row(owner, 'API key “ERP live”'));
          await server.mailTo(CLIENT);
          await owner.look('events');
        });
        await story.step('its page shows who was told and how', async () => {
          await row(owner, 'Invoice sent').getByRole('link').click();
          await owner.see(page.getByRole('heading', { name: 'Invoice sent', level: 1 }));
          await owner.seeText('2 of 2 sent');
          await owner.look('event');
          await owner.button(new RegExp(`E-mail to ${CLIENT}, 1 try: Sent`)).click();
          await owner.seeText('The provider took it');
          await owner.look('delivery');
        });
        await story.step('its mail is in the mailbox, as its reader sees it', async () => {
          await owner.link('Find it in the mailbox').click();
          await row(owner, 'INV-0147').getByRole('link').click();
          await owner.see(page.frameLocator('iframe').getByText('INV-0147'));
          await owner.look('mail');
          await page.getByRole('tab', { name: 'Text' }).click();
          await owner.see(page.getByRole('region', { name: 'Text' }).getByText('INV-0147'));
          await page.getByRole('tab', { name: 'Headers' }).click();
          await owner.see(page.getByRole('rowheader', { name: 'Message-ID' }));
          await owner.look('mail-headers');
          await owner.link('Open its delivery').click();
          await owner.see(page.getByRole('heading', { name: 'Invoice sent', level: 1 }));
        });
        await story.step('a replay asks first and is an event of its own', async () => {
          if (owner.isPhone) await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
          await owner.button('Replay…').click();
          await owner.seeText('Replay this event?');
          await owner.look('replay');
          await owner.button('Replay it').click();
          await owner.button('Open it').click();
          await owner.seeText('A replay of');
          await owner.seeText('2 of 2 sent');
        });
        await story.step('a scheduled one can be called off', async () => {
          const later = await state({ event_type: 'invoice:sent', event_data: INVOICE, scheduled_for: new Date(Date.now() + HOUR_MS).toISOString() });
          await owner.open(`/dashboard/events/${later.event_id}`);
          await owner.seeText(/It goes out Today|It goes out \w{3}/);
          await owner.look('scheduled');
          await owner.button('Call off…').click();
          await owner.button('Call it off').click();
          await owner.seeText('The event was called off');
          await owner.see(page.getByRole('main').getByText('Called off', { exact: true }));
        });
        await story.step('filters narrow the log, by keys too', async () => {
          await owner.page.getByRole('navigation', { name: 'Events' }).getByRole('link', { name: 'Events' }).click();
          await owner.see(row(owner, 'Called off'));
          await page.keyboard.press('/');
          await page.keyboard.type('no such words');
          await owner.seeText('No event fits');
          await page.keyboard.press('Escape');
          await owner.button('Clear filters').last().click();
          await owner.see(row(owner, 'Completed'));
          await page.locator('h1').click();
          await page.keyboard.press('j');
          await page.keyboard.press('Enter');
          await owner.see(page.getByRole('heading', { name: 'Invoice sent', level: 1 }));
        });
        await story.step('who has scrolled away is not moved: what comes waits behind a line', async () => {
          await Promise.all(Array.from({ length: MANY }, (_, index) => state({ event_type: 'invoice:sent', event_data: { ...INVOICE, invoice_number: `INV-${index}` } })));
          await owner.open('/dashboard/events');
          await owner.see(row(owner, 'Completed'));
          const list = page.getByRole('list', { name: 'Events' });
          await list.evaluate((element) => element.parentElement.scrollTo(0, element.parentElement.scrollHeight / 2));
          await owner.gone(row(owner, 'Invoice sent').first().and(page.locator('[data-index="0"]')));
          await state({ event_type: 'invoice:sent', event_data: INVOICE });
          await owner.see(owner.button('1 new event'));
          await owner.look('waiting');
          await owner.button('1 new event').click();
          await owner.gone(owner.button('1 new event'));
          await owner.see(page.locator('[data-index="0"]').getByText('Completed'));
        });
        await owner.withoutNetwork(() =>
          story.step('without a network what was read stays, and what came meanwhile is there afterwards', async () => {
            await owner.context.setOffline(true);
            await owner.seeText(/You are offline\. What/);
            await owner.see(row(owner, 'Completed'));
            const { event_id: id } = await state({ event_type: 'invoice:sent', event_data: INVOICE });
            await owner.look('offline');
            await owner.context.setOffline(false);
            await owner.see(page.getByRole('listitem').filter({ has: page.locator(`a[href="/dashboard/events/${id}"]`), hasText: 'Completed' }));
          }),
        );
      }));

    test('what fails is tried again in sight, given up, and sent again when its cause is gone', async () => {
      const receiver = await Receiver.open();
      try {
        await meet('deliveries', size, async ({ story, server, business, owner, state }) => {
          const { page } = owner;
          await call(server, 'POST', '/api/webhooks', { token: business.token, body: { url: receiver.url, events: ['invoice.sent'], description: 'ERP' } });
          await story.step('the picture shows the tries and the next one', async () => {
            const { event_id: id } = await state({ event_type: 'invoice:sent', event_data: INVOICE });
            await owner.open(`/dashboard/events/${id}`);
            await owner.see(owner.button(/Webhook to ERP, .*Retrying/));
            await owner.button(/Webhook to ERP/).click();
            await owner.see(page.getByText('503').first());
            await owner.look('retrying');
            await owner.see(owner.button(/Webhook to ERP, 3 tries: Given up/).or(page.getByText('Nothing more happens by itself', { exact: false })));
            await owner.look('given-up');
          });
          await story.step('dead letters are a list of their own, told on the way there', async () => {
            await state({ event_type: 'invoice:sent', event_data: { ...INVOICE, invoice_number: 'INV-0148' } });
            if (owner.isPhone) await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
            await owner.see(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Events, 2 deliveries given up/ }));
            await openPlace(owner, 'Deliveries');
            await owner.button('Given up', { exact: true }).click();
            await owner.see(row(owner, 'ERP').nth(1));
            await owner.look('dead-letters');
          });
          await story.step('some are picked and sent again; the list follows', async () => {
            receiver.status = 200;
            await page.getByRole('checkbox', { name: 'Select all that can be sent again' }).check();
            await owner.seeText('2 selected');
            await owner.look('picked');
            await owner.button('Send selected again').click();
            await owner.seeText('2 deliveries go out again');
            await owner.seeText('No dead letters');
            await owner.look('no-dead-letters');
            await owner.button('All', { exact: true }).click();
            await owner.see(row(owner, 'ERP').getByText('Arrived', { exact: true }).nth(1));
            await owner.look('deliveries');
          });
          await story.step('a window is replayed after an outage', async () => {
            receiver.status = 503;
            await state({ event_type: 'invoice:sent', event_data: INVOICE });
            await owner.see(row(owner, 'Given up'));
            receiver.status = 200;
            await owner.button('Replay…').click();
            await owner.button('Last hour').click();
            await owner.look('window');
            await owner.button('Send them again').click();
            await owner.seeText('1 delivery goes out again');
            await owner.gone(row(owner, 'Given up'));
          });
        }, { DELIVERY_SCHEDULE: '0s,2s,2s', OUTBOUND_ALLOWED_CIDRS: '127.0.0.0/8' });
      } finally {
        await receiver.close();
      }
    });

    test('a developer copies the first call and sees a test event happen', () =>
      meet('developers', size, async ({ story, server, business, owner }) => {
        const { page } = owner;
        await story.step('the samples carry the own address and id', async () => {
          await openDesk(owner, 'Events');
          await openPlace(owner, 'Developers');
          await owner.seeText('Send your first event');
          await owner.field('Your key, to fill in the samples').fill('fdk_mine');
          for (const language of ['curl', 'JavaScript', 'Python', 'PHP']) {
            await page.getByRole('tab', { name: language }).click();
            const sample = page.getByRole('region', { name: `Sample in ${language}` });
            await owner.see(sample.filter({ hasText: 'fdk_mine' }).filter({ hasText: `${server.url}/api/events` }));
          }
          await owner.look('developers');
          assert.ok((await page.getByText(business.team.id).count()) > 0);
        });
        await story.step('the test goes to oneself, in sight', async () => {
          await owner.button('Send a test event').click();
          await owner.see(page.getByRole('status').getByText('Completed'));
          await server.mailTo(business.email);
          await owner.look('test-event');
          await owner.link('Read the mail').click();
          await owner.see(row(owner, business.email));
        });
        await story.step('another type changes the sample', async () => {
          await owner.open('/dashboard/developers');
          await page.getByRole('combobox', { name: 'Event type' }).or(page.getByRole('textbox', { name: 'Event type' })).first().click();
          await page.getByRole('option', { name: /^Payment received|payment\.received|payment\./ }).first().click();
          await owner.see(page.getByRole('region', { name: 'Sample in PHP' }).filter({ hasText: 'payment:' }));
        });
      }));
  });
}
