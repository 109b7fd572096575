/** People paste links and write names as they please: nothing that somebody typed makes a page wider than the screen. */
import { book, call, openBusiness, openConversation, PASSWORD, registerCustomer } from '../harness/api.js';
import { PHONE } from '../harness/browser.js';
import { tell } from '../harness/story.js';
import { bubble } from './moves.js';

/** The longest name of a village, and a link, without a place to break. */
const NAME = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch';
const LINK = `https://example.test/${'a-very-long-path-without-any-end/'.repeat(5)}`.replaceAll('-', '');

tell('long words', {
  'a word without an end breaks on every screen': async (story) => {
    const business = await openBusiness(story.server, NAME);
    const { token } = business;
    const about = { about: `${LINK} ${NAME}`, address: `${NAME}street`, phone: '+254712345678' };
    await call(story.server, 'PATCH', '/api/settings/business', { token, body: about });
    await call(story.server, 'PATCH', `/api/services/${business.service.id}`, { token, body: { name: NAME, description: LINK, category: NAME.slice(0, 40) } });
    const customer = await registerCustomer(story.server, business, NAME);
    const appointment = await book(story.server, business, customer);
    const conversation = await openConversation(story.server, customer);
    await call(story.server, 'PATCH', `/api/messages/conversations/${conversation.id}`, { token, body: { tags: [NAME.slice(0, 30), 'VIP'], priority: 'urgent' } });
    for (const side of [customer.token, token]) await call(story.server, 'POST', '/api/messages/send', { token: side, body: { conversationId: conversation.id, content: LINK } });

    const visitor = await story.visitor('customer');
    const see = async (path, name, locator) => {
      await visitor.open(path);
      await visitor.see(locator);
      await visitor.look(name);
    };
    await story.step('on the storefront and in the booking', async () => {
      const { slug } = business.team;
      await see(`/s/${slug}`, 'storefront', visitor.page.getByText(LINK).last());
      await see(`/s/${slug}/book`, 'book-service', visitor.button(new RegExp(NAME)));
      await visitor.button(new RegExp(NAME)).click();
      await visitor.see(visitor.page.getByRole('group', { name: /^(Morning|Afternoon)$/ }));
      await visitor.look('book-time');
    });
    await story.step('on the pages of the customer', async () => {
      await visitor.open(`/client/sign-in?business=${business.team.slug}`);
      await visitor.page.getByText('Sign in', { exact: true }).first().click();
      await visitor.field(/^E-mail/).fill(customer.email);
      await visitor.page.locator('input[name=password]').fill(PASSWORD);
      await visitor.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
      await visitor.seeText('Coming up');
      await visitor.look('account');
      await see('/client/messages', 'chat', bubble(visitor, LINK));
    });

    const owner = await story.visitor('owner');
    const show = async (path, name, words) => {
      await owner.open(path);
      await owner.seeText(words);
      await owner.look(name);
    };
    await story.step('on the desk', async () => {
      await owner.open('/sign-in?next=/dashboard');
      await owner.field('E-mail').fill(business.email);
      await owner.field('Password', { exact: true }).fill(PASSWORD);
      await owner.button('Sign in').click();
      await owner.seeText(new RegExp(`${NAME} · ${NAME}`));
      await owner.look('overview');
      await show('/dashboard/messages', 'inbox', NAME);
      await show('/dashboard/messages?tab=customers', 'customers', NAME);
      await owner.open(`/dashboard/messages/${conversation.id}`);
      await owner.see(bubble(owner, LINK));
      await owner.look('thread');
      await owner.button('More actions').click();
      await owner.page.getByRole('menuitem', { name: 'Customer details' }).click();
      await owner.see(owner.button(`Remove the tag ${NAME.slice(0, 30)}`));
      await owner.look('customer');
      for (const view of ['day', 'week', 'staff', 'list']) await show(`/dashboard/appointments?view=${view}`, `appointments-${view}`, new RegExp(NAME));
      await show(`/dashboard/appointments?view=list&open=${appointment.id}`, 'appointment', new RegExp(`^${NAME} · 3\\sh`));
      await show('/dashboard/services', 'services', NAME);
      for (const tab of ['business', 'hours', 'storefront', 'account']) {
        await owner.open(`/dashboard/settings?tab=${tab}`);
        await owner.see(owner.page.getByRole('main').getByRole('heading', { level: 1 }));
        await owner.page.waitForLoadState('networkidle');
        await owner.look(`settings-${tab}`);
      }
    });
  },
}, [PHONE]);
