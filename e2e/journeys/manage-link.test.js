/** A visit through the link of its mail: no account, no password. */
import assert from 'node:assert/strict';
import { book, call, openBusiness, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { findLink, openDesk, signIn } from './moves.js';

const clockOf = (time) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Nairobi', hour: '2-digit', minute: '2-digit' }).format(new Date(time));
const HOUR_MS = 3_600_000;

tell('manage-link', {
  'a customer gives a visit up by the link of the mail, with a reason the owner reads': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    const customer = await registerCustomer(server, business);
    const { id } = await book(server, business, customer);
    const guest = await story.visitor('guest');
    const owner = await signIn(story, { email: business.email }, '/dashboard/appointments');
    const link = await story.step('the mail about the visit has its link', async () => {
      const mail = await server.mailAbout(customer.email, /appointment|booking|visit/i);
      const found = findLink(mail);
      assert.match(found, new RegExp(`/s/${business.team.slug}/manage\\?token=`));
      return found;
    });
    await story.step('the link shows the visit to whoever holds it', async () => {
      await guest.page.goto(link);
      await guest.see(guest.page.getByRole('heading', { name: 'Your booking' }));
      await guest.seeText('Box braids');
      await guest.seeText('Waiting for confirmation');
      await guest.look('managed');
    });
    await story.step('the owner confirms, and the link shows it', async () => {
      const waiting = owner.page.getByRole('region', { name: /waits? for your answer/ });
      await waiting.getByRole('button', { name: 'Confirm' }).click();
      await owner.gone(waiting);
      await guest.page.reload();
      await guest.seeText('Confirmed');
    });
    await story.step('it is given up after one question', async () => {
      await guest.button('Cancel this booking').click();
      const question = guest.page.getByRole('dialog', { name: 'Cancel this booking?' });
      await guest.see(question);
      await guest.look('cancel-asks');
      await question.getByLabel(/Reason/).fill('My bus is late');
      await question.getByRole('button', { name: 'Yes, cancel it' }).click();
      await guest.seeText(/has been told/);
      await guest.seeText('Cancelled', { exact: true });
      assert.equal(await guest.button('Cancel this booking').count(), 0);
      await guest.look('cancelled');
    });
    await story.step('the owner sees it, with the reason', async () => {
      await owner.open(`/dashboard/appointments?view=list&open=${id}`);
      const details = owner.page.getByRole('dialog');
      await owner.see(details.getByText('My bus is late'));
      await owner.see(details.getByText('Cancelled'));
      await owner.look('owner-cancelled');
    });
    await story.step('the owner is told by mail and in the list of notices', async () => {
      await owner.page.keyboard.press('Escape');
      await openDesk(owner, 'Overview');
      await owner.open('/dashboard/notices');
      await owner.seeText(/cancel/i);
    });
  },

  'a customer moves a visit by the link of the mail, and loses nothing when somebody is faster': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    const [customer, rival] = [await registerCustomer(server, business), await registerCustomer(server, business, 'Achieng Otieno')];
    const visit = await book(server, business, customer);
    const guest = await story.visitor('guest');
    const owner = await signIn(story, { email: business.email }, '/dashboard/notices');
    const link = findLink(await server.mailAbout(customer.email, /appointment|booking|visit/i));
    const token = new URL(link).searchParams.get('token');
    const present = async () => (await call(server, 'GET', `/api/public/appointments/manage?token=${token}`)).appointment.start;
    const time = (start) => guest.button(clockOf(start), { exact: true });
    const { slots } = await call(server, 'GET', `/api/public/appointments/manage/availability?token=${token}&date=${visit.start.slice(0, 10)}`);
    const later = new Date(Date.parse(visit.start) + HOUR_MS).toISOString();
    const lost = slots.at(-1).start;

    await story.step('the link offers other times beside the one it has', async () => {
      await guest.page.goto(link);
      await guest.look('managed');
      await guest.button('Move to another time').click();
      await guest.see(guest.page.getByRole('heading', { name: 'Move your booking' }));
      await guest.see(time(visit.start));
      assert.ok(await guest.button('Move here').isDisabled(), 'nothing is chosen yet');
      await guest.look('times');
    });
    await guest.withoutNetwork(() =>
      story.step('somebody else takes the time in the same moment: the visit stays, others are offered', async () => {
        await time(lost).click();
        await call(server, 'POST', '/api/public/appointments', { token: rival.token, body: { inviteCode: business.team.inviteCode, service: business.service.id, time: lost } });
        await guest.button('Move here').click();
        await guest.seeText(/Somebody was faster/);
        assert.equal(await guest.button(/^Move to \w{3} \d/).count(), 3);
        assert.equal(await present(), visit.start);
        await guest.look('taken');
      }),
    );
    await story.step('an hour later is free, although the visit itself lies there', async () => {
      await time(later).click();
      await guest.button('Move here').click();
      await guest.seeText(/^Moved to .*has been told/);
      await guest.seeText(new RegExp(`${clockOf(later)}`));
      assert.equal(await present(), later);
      await guest.look('moved');
    });
    await story.step('the business and the customer are told', async () => {
      await owner.seeText('Appointment changed');
      const mail = await server.mailAbout(customer.email, /has changed/);
      assert.match(mail.text, new RegExp(clockOf(later)));
      await owner.open(`/dashboard/appointments?view=list&open=${visit.id}`);
      await owner.see(owner.page.getByRole('dialog').getByText(new RegExp(clockOf(later))));
      await owner.look('owner-moved');
    });
    await story.step('whoever goes back keeps the time', async () => {
      await guest.button('Move to another time').click();
      await guest.button('Back').click();
      await guest.see(guest.page.getByRole('heading', { name: 'Your booking' }));
      assert.equal(await present(), later);
    });
  },

  'a link that was cut off opens nothing and says what to do': async (story) => {
    const business = await openBusiness(story.server);
    const guest = await story.visitor('guest');
    await guest.withoutNetwork(() =>
      story.step('the page says so', async () => {
        await guest.open(`/s/${business.team.slug}/manage?token=cut-off`);
        await guest.seeText('This link does not open a booking');
        await guest.look('bad-link');
      }),
    );
  },
});
