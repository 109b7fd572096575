/**
 * The list of events on a foreign page: a button in the corner and a panel behind it, or, with `data-target`, the list in a
 * place of the page's own. It lives in a shadow root with a constructed style sheet: neither the page's styles nor its
 * content policy reach in, and nothing inline is written.
 */
import { isOver, type Item } from './model';
import { STYLE } from './style';
import { words, type Connection } from './words';

const PANEL_ID = 'panel';

type Child = Node | string;

function make<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

export class Panel {
  readonly #root: ShadowRoot;
  readonly #list = make('ol', { class: 'list' });
  readonly #empty = make('p', { class: 'empty' }, words.empty);
  readonly #connection = make('p', { class: 'connection' });
  /** Only what ended is read out: a percentage for each step would drown everything else. */
  readonly #said = make('p', { class: 'hidden', role: 'status' });
  readonly #panel: HTMLElement;
  readonly #button: HTMLButtonElement | null = null;
  readonly #rows = new Map<string, { item: Item; row: HTMLElement }>();

  constructor(target: Element | null) {
    const host = make('div', { 'data-frontdesk-events': target ? 'inline' : 'floating' });
    this.#root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const head = make('header', {}, make('h2', {}, words.title), this.#connection);
    this.#panel = make('section', { id: PANEL_ID, class: 'panel', 'aria-label': words.title }, head, this.#empty, this.#list);
    if (target) {
      this.#root.append(this.#panel, this.#said);
      target.append(host);
      return;
    }
    this.#button = make('button', { type: 'button', class: 'opener', 'aria-controls': PANEL_ID, 'aria-expanded': 'false' }, words.title);
    this.#button.addEventListener('click', () => this.toggle());
    const close = make('button', { type: 'button', class: 'close', 'aria-label': words.close }, '×');
    close.addEventListener('click', () => this.toggle(false));
    head.append(close);
    this.#panel.hidden = true;
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.toggle(false);
    });
    this.#root.append(this.#button, this.#panel, this.#said);
    document.body.append(host);
  }

  toggle(open = this.#panel.hidden): void {
    if (!this.#button || this.#panel.hidden !== open) return;
    this.#panel.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
    (open ? this.#panel.querySelector<HTMLElement>('.close') : this.#button)?.focus();
  }

  show(items: readonly Item[]): void {
    this.#empty.hidden = items.length > 0;
    const shown = new Set(items.map(({ id }) => id));
    for (const [id, { row }] of this.#rows) {
      if (shown.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const item of [...items].reverse()) this.#draw(item);
    const running = items.filter((item) => !isOver(item)).length;
    this.#button?.replaceChildren(words.title, ...(running > 0 ? [make('span', { class: 'count', 'aria-hidden': 'true' }, String(running))] : []));
    this.#button?.setAttribute('aria-label', words.open(running));
  }

  tellConnection(state: Connection, fault: Error | null): void {
    this.#connection.textContent = words.connection(state);
    this.#connection.dataset['state'] = state;
    this.#connection.title = fault?.message ?? '';
  }

  #draw(item: Item): void {
    const known = this.#rows.get(item.id);
    if (known?.item === item) return;
    const row = known?.row ?? make('li');
    row.dataset['stage'] = item.stage;
    row.replaceChildren(...describe(item));
    if (!known) this.#list.prepend(row);
    this.#rows.set(item.id, { item, row });
    if (isOver(item) && !(known && isOver(known.item))) this.#said.textContent = words.over(item);
  }
}

function describe(item: Item): Child[] {
  const line = make('p', { class: 'line' }, make('strong', {}, item.type || words.unnamed), make('span', { class: 'stage' }, words.stage(item.stage)));
  const parts: Child[] = [line];
  if (!isOver(item)) parts.push(make('progress', { max: '100', value: String(item.progress), 'aria-label': words.progress(item) }));
  const counts = words.deliveries(item);
  if (counts) parts.push(make('p', { class: 'counts' }, counts));
  if (item.error) parts.push(make('p', { class: 'fault' }, item.error));
  for (const failure of item.failures) parts.push(make('p', { class: 'fault' }, failure.willRetry ? `${failure.words} (${words.again})` : failure.words));
  return parts;
}
