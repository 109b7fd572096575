/** The panel on the page: what stands, the code when there is one, and what can be done. Styled by whatsapp-sessions.css. */
import { words } from './words';

export interface Actions {
  showCode(): void;
  check(): void;
  logout(): void;
}

export interface View {
  state: string | null;
  qr: string | null;
  fault: string | null;
  busy: boolean;
}

const CODE_WANTED = new Set(['not_initialized', 'auth_failed', 'logged_out', 'disconnected']);
const LOGOUT_POSSIBLE = new Set(['authenticated', 'ready', 'disconnected']);

export class Panel {
  readonly #root = part('section', 'whatsapp-sessions');
  readonly #title = part('p', 'whatsapp-sessions__state');
  readonly #hint = part('p', 'whatsapp-sessions__hint');
  readonly #qr = part('img', 'whatsapp-sessions__qr');
  readonly #fault = part('p', 'whatsapp-sessions__fault');
  readonly #code = button(words.showCode, 'primary');
  readonly #check = button(words.check, 'plain');
  readonly #logout = button(words.logout, 'plain');
  readonly #sure = button(words.sure, 'danger');
  readonly #keep = button(words.keep, 'plain');
  #isAsking = false;
  #shown: View = { state: null, qr: null, fault: null, busy: false };

  constructor(place: Element, actions: Actions) {
    this.#root.setAttribute('aria-label', words.label);
    this.#qr.alt = words.qr;
    const status = part('div', 'whatsapp-sessions__status');
    status.setAttribute('role', 'status');
    status.append(this.#title, this.#hint);
    this.#fault.setAttribute('role', 'alert');
    const row = part('div', 'whatsapp-sessions__actions');
    row.append(this.#code, this.#check, this.#logout, this.#sure, this.#keep);
    this.#root.append(status, this.#qr, this.#fault, row);
    const unlessBusy = (act: () => void) => (): void => (this.#shown.busy ? undefined : act());
    this.#code.addEventListener('click', unlessBusy(() => actions.showCode()));
    this.#check.addEventListener('click', unlessBusy(() => actions.check()));
    this.#logout.addEventListener('click', () => this.#ask(true));
    this.#keep.addEventListener('click', () => this.#ask(false));
    this.#sure.addEventListener('click', unlessBusy(() => {
      this.#ask(false);
      actions.logout();
    }));
    this.show(this.#shown);
    place.append(this.#root);
  }

  show(view: View): void {
    this.#shown = view;
    const { state, qr, fault, busy } = view;
    const [title, hint] = state === null ? words.loading : words.state(state);
    this.#root.dataset['state'] = state ?? 'loading';
    this.#root.setAttribute('aria-busy', String(busy));
    tell(this.#title, title);
    tell(this.#hint, hint);
    tell(this.#fault, fault === null ? '' : words.fault(fault));
    this.#qr.hidden = qr === null;
    if (qr !== null && this.#qr.src !== qr) this.#qr.src = qr;
    if (!LOGOUT_POSSIBLE.has(state ?? '')) this.#isAsking = false;
    this.#code.hidden = !CODE_WANTED.has(state ?? '');
    this.#check.hidden = this.#isAsking;
    this.#logout.hidden = this.#isAsking || !LOGOUT_POSSIBLE.has(state ?? '');
    this.#sure.hidden = !this.#isAsking;
    this.#keep.hidden = !this.#isAsking;
    for (const one of [this.#code, this.#check, this.#sure]) one.setAttribute('aria-disabled', String(busy));
  }

  remove(): void {
    this.#root.remove();
  }

  #ask(asking: boolean): void {
    this.#isAsking = asking;
    this.show(this.#shown);
    (asking ? this.#keep : this.#logout).focus();
  }
}

function part<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

function button(text: string, look: string): HTMLButtonElement {
  const element = part('button', `whatsapp-sessions__button whatsapp-sessions__button--${look}`);
  element.type = 'button';
  element.textContent = text;
  return element;
}

/** An unchanged text is not written again, so that it is not read out again. */
function tell(element: HTMLElement, text: string): void {
  element.hidden = text === '';
  if (element.textContent !== text) element.textContent = text;
}
