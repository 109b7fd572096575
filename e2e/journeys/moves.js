/** What people do again and again on these pages. */
import { PASSWORD } from '../harness/api.js';

/** Signs somebody in and leads to a page of the desk. */
export async function signIn(story, { name = 'owner', email, password = PASSWORD }, next = '/dashboard') {
  const visitor = await story.visitor(name);
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
