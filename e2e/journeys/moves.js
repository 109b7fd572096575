/** What people do again and again on these pages. */
import { TOTP } from 'otpauth';
import { PASSWORD } from '../harness/api.js';

/** Signs somebody in and leads to a page of the desk. */
export async function signIn(story, { name = 'owner', email, password = PASSWORD }, next = '/dashboard', options = {}) {
  const visitor = await story.visitor(name, options);
  await visitor.open(`/sign-in?next=${encodeURIComponent(next)}`);
  await visitor.field('E-mail').fill(email);
  await visitor.field('Password', { exact: true }).fill(password);
  await visitor.button('Sign in', { exact: true }).click();
  return visitor;
}

/** Goes to a place of the desk by its navigation. */
export async function openDesk(visitor, name) {
  await visitor.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).last().click();
}

/** The conversations that are open, archived or blocked. */
export async function openPlace(visitor, name) {
  await visitor.button('Open, archived, blocked').click();
  await visitor.page.getByRole('menuitem', { name }).click();
}

export async function openThread(visitor, name) {
  await visitor.page.getByRole('list').getByRole('link', { name: new RegExp(name) }).first().click();
  await visitor.see(visitor.page.getByRole('heading', { name, level: 2 }));
}

export async function write(visitor, text) {
  await visitor.page.locator('[data-composer]').fill(text);
  await visitor.page.locator('form').getByRole('button', { name: 'Send' }).click();
}

/** A message of the transcript; one that is still on its way is none. */
export function bubble(visitor, text) {
  return visitor.page.getByRole('log').getByRole('article').filter({ hasText: text });
}

/** The mark under a message that says how far it has come. */
export function tickOf(visitor, text, state) {
  return bubble(visitor, text).getByRole('img', { name: state });
}

export async function attach(visitor, file) {
  const [chooser] = await Promise.all([visitor.page.waitForEvent('filechooser'), visitor.button('Attach a file').click()]);
  await chooser.setFiles(file);
  await visitor.see(visitor.button(`Remove ${file.name}`));
}

/** Confirms the one booking that waits on the appointments page. */
export async function confirmBooking(visitor) {
  const waiting = visitor.page.getByRole('region', { name: /waits? for your answer/ });
  await waiting.getByRole('button', { name: 'Confirm' }).click();
  await visitor.gone(waiting);
}

/** The link of a mail that carries a token. */
export function findLink({ text }) {
  const [link] = /https?:\/\/\S+token=[\w-]+/.exec(text) ?? [];
  if (!link) throw new Error(`no link in: ${text}`);
  return link;
}

/** Signs a customer in by their password; they are at their account then. */
export async function signInAsCustomer(story, business, email, password, options = {}) {
  const visitor = await story.visitor('customer', options);
  await visitor.open(`/client/sign-in?business=${business.team.slug}`);
  await visitor.field(/^E-mail/).fill(email);
  await visitor.page.locator('input[name=password]').fill(password);
  await visitor.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
  await visitor.see(visitor.link(/Sign-in and security/));
  return visitor;
}

/** Switches a box, a chip or a switch by what a finger hits: its label where it has one. */
export async function setTick(visitor, box, on) {
  if ((await box.isChecked()) === on) return;
  const label = visitor.page.locator(`label[for="${await box.getAttribute('id')}"]`);
  await ((await label.count()) > 0 ? label.first() : box).click();
  await box.and(visitor.page.locator(on ? ':checked' : ':not(:checked)')).waitFor({ state: 'attached' });
}

/**
 * The codes of somebody's authenticator app. A code is good once, and within a step of the server's clock: each is of the
 * present step, or of the next one when that is used up. So two are at hand at any time, and a third after 30 seconds.
 */
export function makeAuthenticator(secret) {
  const totp = new TOTP({ secret });
  let step = 0;
  return () => {
    step = Math.max(step + 1, Math.floor(Date.now() / 30_000));
    return totp.generate({ timestamp: step * 30_000 });
  };
}
