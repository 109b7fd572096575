/** Networks come and go, and some let no sockets through. Nothing that was written may be lost or come twice. */
import assert from 'node:assert/strict';
import { book, call, openBusiness, openConversation, PASSWORD, registerCustomer } from '../harness/api.js';
import { DESKTOP, PHONE } from '../harness/browser.js';
import { makePicture } from '../harness/picture.js';
import { tell } from '../harness/story.js';
import { bubble, openThread, tickOf, write } from './moves.js';

/** A business, a customer, and both on their chat pages. */
async function meet(story, { before, serviceWorkers, ownersWorkers } = {}) {
  const business = await openBusiness(story.server);
  const registered = await registerCustomer(story.server, business, 'Achieng Otieno');
  await book(story.server, business, registered);
  await openConversation(story.server, registered);
  const owner = await story.visitor('owner', { serviceWorkers: ownersWorkers });
  const customer = await story.visitor('customer', { serviceWorkers });
  await before?.(customer);
  await owner.open('/sign-in?next=/dashboard/messages');
  await owner.field('E-mail').fill(business.email);
  await owner.field('Password', { exact: true }).fill(PASSWORD);
  await owner.button('Sign in').click();
  await customer.open(`/client/sign-in?business=${business.team.slug}&to=messages`);
  await customer.page.getByText('Sign in', { exact: true }).first().click();
  await customer.field(/^E-mail/).fill(registered.email);
  await customer.page.locator('input[name=password]').fill(PASSWORD);
  await customer.look('sign-in');
  await customer.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
  await customer.page.getByRole('button', { name: 'General' }).click();
  await customer.see(customer.page.locator('[data-composer]'));
  await openThread(owner, 'Achieng Otieno');
  return { owner, customer, business };
}

async function countOf(visitor, text) {
  return bubble(visitor, text).count();
}

const KEPT_WITHIN_MS = 20_000;

/** What a thread shows is put away a moment later; until then a page that is closed has not kept it. */
async function isKept({ page }, words) {
  // A predicate of `waitForFunction` is not waited for: its promise counts as true.
  await page.evaluate(
    async ([wanted, within]) => {
      const find = async () => {
        for (const name of await caches.keys()) {
          const shelf = await caches.open(name);
          const threads = (await shelf.keys()).filter(({ url }) => /\/conversations\/conv_/.test(url));
          for (const thread of threads) if ((await (await shelf.match(thread))?.json())?.messages.some(({ content }) => content === wanted)) return true;
        }
        return false;
      };
      for (const end = performance.now() + within; !(await find()); ) {
        if (performance.now() > end) throw new Error(`not kept: ${wanted}`);
        await new Promise(requestAnimationFrame);
      }
    },
    [words, KEPT_WITHIN_MS],
  );
}

tell('offline', {
  'what is written offline is kept, also over a reload, and arrives once': async (story) => {
    const { owner, customer } = await story.step('both come to the chat', () => meet(story, { serviceWorkers: 'allow' }));
    await story.step('a first word goes through', async () => {
      await write(customer, 'Is the salon open on Friday?');
      await owner.see(bubble(owner, 'Is the salon open on Friday?'));
      await customer.see(tickOf(customer, 'Is the salon open on Friday?', 'Read'));
      // The shell for offline starts is there once its worker has taken over; what the next visit loads is kept by it.
      await customer.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await customer.page.reload();
      await customer.see(bubble(customer, 'Is the salon open on Friday?'));
    });
    await story.step('words go to and fro by socket, after the page was read', async () => {
      await write(customer, 'And on Saturday?');
      await owner.see(bubble(owner, 'And on Saturday?'));
      await write(owner, 'On Saturday too.');
      await customer.see(bubble(customer, 'On Saturday too.'));
      await customer.see(bubble(customer, 'And on Saturday?'));
      await isKept(customer, 'On Saturday too.');
    });
    await customer.withoutNetwork(async () => {
      await story.step('the customer is offline and writes', async () => {
        await customer.context.setOffline(true);
        await customer.seeText(/You are offline/);
        await write(customer, 'I am on the train now');
        await customer.see(customer.page.getByRole('img', { name: 'Waiting for the connection' }));
        await customer.look('offline');
        assert.equal(await countOf(owner, 'I am on the train now'), 0);
      });
      await story.step('a reload without a network keeps what was written', async () => {
        await customer.page.reload();
        await customer.seeText(/You are offline/);
        // What was there before is there, however it had come, and under it what still waits.
        for (const words of ['Is the salon open on Friday?', 'And on Saturday?', 'On Saturday too.']) await customer.see(bubble(customer, words));
        await customer.see(customer.page.getByText('I am on the train now'));
        await customer.see(customer.page.getByRole('img', { name: 'Waiting for the connection' }));
        await customer.look('offline-reload');
      });
      await story.step('a picture is chosen and waits, and its message with it', async () => {
        const [chooser] = await Promise.all([customer.page.waitForEvent('filechooser'), customer.button('Attach a file').click()]);
        await chooser.setFiles({ name: 'braids.png', mimeType: 'image/png', buffer: makePicture() });
        await customer.seeText(/^Waits for the connection/);
        await write(customer, 'Like this one');
        await customer.seeText('Sends as soon as its files are there.');
        assert.equal(await customer.page.getByRole('alert').filter({ hasText: 'could not be sent' }).count(), 0);
        await customer.look('offline-file');
      });
      await story.step('the owner answers meanwhile', async () => {
        await write(owner, 'Yes, from nine to six.');
        await owner.see(tickOf(owner, 'Yes, from nine to six.', /^(Sent|Delivered)$/));
      });
      await story.step('the customer comes back and has everything', async () => {
        await customer.context.setOffline(false);
        await customer.see(bubble(customer, 'Yes, from nine to six.'));
        // Both came within a minute, and the last of them shows how far they got.
        await customer.see(tickOf(customer, 'Like this one', /^(Sent|Delivered|Read)$/));
        await customer.see(bubble(customer, 'I am on the train now'));
        await owner.see(bubble(owner, 'I am on the train now'));
        await owner.see(bubble(owner, 'Like this one').getByLabel('Open picture braids.png'));
        await customer.see(customer.button(/^Box braids/));
      });
    });
    await story.step('everything is there once, in the same order', async () => {
      await owner.see(tickOf(owner, 'Yes, from nine to six.', 'Read'));
      const wordsOf = async ({ page }) => (await page.getByRole('log').getByRole('article').locator('[dir=auto]').allTextContents()).map((words) => words.trim());
      const theirs = await wordsOf(customer);
      assert.deepEqual(theirs, await wordsOf(owner));
      assert.deepEqual(theirs.toSorted(), ['And on Saturday?', 'I am on the train now', 'Is the salon open on Friday?', 'Like this one', 'On Saturday too.', 'Yes, from nine to six.']);
      await customer.look('back');
    });
  },

  'what two tabs wrote offline is kept side by side, and arrives once when both were closed': async (story) => {
    const { owner, customer } = await story.step('both come to the chat', () => meet(story));
    const { context } = customer;
    const first = customer.page;
    const second = await story.step('the customer opens a second tab', async () => {
      customer.page = await context.newPage();
      await customer.page.goto(first.url());
      await customer.see(customer.page.locator('[data-composer]'));
      return customer.page;
    });
    await customer.withoutNetwork(async () => {
      await story.step('each tab takes a message offline', async () => {
        await context.setOffline(true);
        for (const [page, words] of [[first, 'From the first tab'], [second, 'From the second tab']]) {
          customer.page = page;
          await page.bringToFront();
          await customer.seeText(/You are offline/);
          await write(customer, words);
        }
        for (const page of [first, second]) for (const words of ['From the first tab', 'From the second tab']) await customer.see(page.getByText(words));
      });
      await story.step('both are closed, and a third comes when the network is back', async () => {
        const place = first.url();
        await first.close();
        await second.close();
        await context.setOffline(false);
        customer.page = await context.newPage();
        await customer.page.goto(place);
        for (const visitor of [customer, owner]) for (const words of ['From the first tab', 'From the second tab']) await visitor.see(bubble(visitor, words));
        // Both came within a minute, and the last of them shows how far they got.
        await customer.see(tickOf(customer, 'From the second tab', /^(Sent|Delivered|Read)$/));
      });
    });
    await story.step('each is there once', async () => {
      for (const visitor of [owner, customer]) for (const words of ['From the first tab', 'From the second tab']) assert.equal(await countOf(visitor, words), 1);
    });
  },

  'where no socket gets through, the chat works by plain requests and says so': async (story) => {
    const { owner, customer } = await story.step('both come to the chat, one behind a proxy without sockets', () =>
      meet(story, {
        async before(customer) {
          customer.expectNetworkErrors();
          const { page } = customer;
          await page.route(/\/socket\.io\//, (route) => route.abort());
          // What a browser does when the upgrade is refused, without the network that refuses it.
          await page.addInitScript(() => {
            window.WebSocket = class extends EventTarget {
              constructor() {
                super();
                queueMicrotask(() => this.onerror?.(new Event('error')));
              }
              close() {}
            };
          });
        },
      }),
    );
    await story.step('the customer is told', async () => {
      await customer.seeText(/checking every few seconds/);
      await customer.look('polling');
    });
    await story.step('words go both ways', async () => {
      await write(customer, 'Can you see this?');
      await owner.see(bubble(owner, 'Can you see this?'));
      await write(owner, 'Loud and clear');
      await customer.see(bubble(customer, 'Loud and clear'));
      await owner.see(tickOf(owner, 'Loud and clear', 'Read'));
      await customer.see(tickOf(customer, 'Can you see this?', 'Read'));
      assert.equal(await countOf(customer, 'Can you see this?'), 1);
      assert.equal(await countOf(owner, 'Loud and clear'), 1);
    });
  },

  'where sockets are taken and then closed, the chat is live by another way': async (story) => {
    let hungUp = 0;
    const { owner, customer } = await story.step('both come to the chat, one behind a proxy that hangs up', () =>
      meet(story, {
        async before(customer) {
          customer.expectNetworkErrors();
          await customer.page.routeWebSocket(/\/socket\.io\//, (socket) => {
            hungUp += 1;
            socket.close();
          });
        },
      }),
    );
    await story.step('the customer is live all the same', async () => {
      await customer.seeText(/^Live( |$)/);
      assert.ok(hungUp > 0, 'no socket was tried');
    });
    await story.step('words go both ways', async () => {
      await write(customer, 'Do you hear me?');
      await owner.see(bubble(owner, 'Do you hear me?'));
      await write(owner, 'Every word');
      await customer.see(bubble(customer, 'Every word'));
      await owner.see(tickOf(owner, 'Every word', 'Read'));
      assert.equal(await countOf(customer, 'Do you hear me?'), 1);
    });
  },
}, [PHONE]);

tell('offline-desk', {
  'the owner reads the threads offline as they were last shown, and what is written then arrives once': async (story) => {
    const { server } = story;
    const { owner, customer, business } = await story.step('both come to the chat', () => meet(story, { ownersWorkers: 'allow' }));
    const { page } = owner;
    const backToList = async () => owner.isPhone && (await owner.button('Back to the list').click());
    await story.step('the owner has seen two threads', async () => {
      const other = await registerCustomer(server, business, 'Beryl Akinyi');
      const { id } = await openConversation(server, other);
      await call(server, 'POST', '/api/messages/send', { token: other.token, body: { conversationId: id, content: 'Do you sell shea butter?' } });
      await write(customer, 'Is Friday fine?');
      await owner.see(bubble(owner, 'Is Friday fine?'));
      await backToList();
      await openThread(owner, 'Beryl Akinyi');
      await owner.see(bubble(owner, 'Do you sell shea butter?'));
      // The shell for offline starts is there once its worker has taken over; what the next visit loads is kept by it.
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.reload();
      await owner.see(bubble(owner, 'Do you sell shea butter?'));
      await backToList();
      await openThread(owner, 'Achieng Otieno');
      await write(owner, 'Friday is fine.');
      await customer.see(bubble(customer, 'Friday is fine.'));
      await owner.see(tickOf(owner, 'Friday is fine.', 'Read'));
      await isKept(owner, 'Friday is fine.');
    });
    await owner.withoutNetwork(async () => {
      await story.step('without a network the list and both threads are as they were last shown', async () => {
        await owner.context.setOffline(true);
        await owner.seeText(/You are offline/);
        await page.reload();
        await owner.seeText(/You are offline/);
        for (const words of ['Is Friday fine?', 'Friday is fine.']) await owner.see(bubble(owner, words));
        await owner.look('thread');
        await backToList();
        await openThread(owner, 'Beryl Akinyi');
        await owner.see(bubble(owner, 'Do you sell shea butter?'));
        await backToList();
        await openThread(owner, 'Achieng Otieno');
      });
      await story.step('what is written waits, also over a reload', async () => {
        await write(owner, 'Bring the beads along.');
        await owner.see(page.getByRole('img', { name: 'Waiting for the connection' }));
        await page.reload();
        await owner.see(page.getByText('Bring the beads along.'));
        await owner.see(page.getByRole('img', { name: 'Waiting for the connection' }));
        assert.equal(await countOf(customer, 'Bring the beads along.'), 0);
        await owner.look('waiting');
      });
      await story.step('the customer writes meanwhile', async () => {
        await write(customer, 'Thank you!');
        await customer.see(tickOf(customer, 'Thank you!', /^(Sent|Delivered)$/));
      });
      await story.step('the owner comes back, has what came and sends what waited', async () => {
        await owner.context.setOffline(false);
        await owner.see(bubble(owner, 'Thank you!'));
        await owner.see(tickOf(owner, 'Bring the beads along.', /^(Sent|Delivered|Read)$/));
        await customer.see(bubble(customer, 'Bring the beads along.'));
      });
    });
    await story.step('everything is there once, also after another reload', async () => {
      await page.reload();
      await owner.see(bubble(owner, 'Bring the beads along.'));
      for (const visitor of [owner, customer]) {
        for (const words of ['Is Friday fine?', 'Friday is fine.', 'Thank you!', 'Bring the beads along.']) assert.equal(await countOf(visitor, words), 1, `${visitor.name}: ${words}`);
      }
      await owner.look('back');
    });
  },
});

tell('restart', {
  'the server is killed while people talk, and they go on when it is back': async (story) => {
    const { owner, customer } = await story.step('both come to the chat', () => meet(story));
    for (const visitor of [owner, customer]) await visitor.see(visitor.page.getByText(/^Live/));
    await customer.withoutNetwork(() => owner.withoutNetwork(async () => {
      await story.step('killed', async () => {
        await story.server.kill();
        await customer.seeText(/Reconnecting|checking every few seconds/);
        await write(customer, 'Are you still there?');
        await customer.look('reconnecting');
      });
      await story.step('started again', async () => {
        await story.server.start();
        await owner.see(bubble(owner, 'Are you still there?'));
        await customer.see(tickOf(customer, 'Are you still there?', 'Read'));
        for (const visitor of [owner, customer]) {
          await visitor.see(visitor.page.getByText(/^Live( |$)/));
          assert.equal(await countOf(visitor, 'Are you still there?'), 1);
        }
      });
    }));
  },
}, [DESKTOP]);
