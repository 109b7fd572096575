/**
 * `/assets/js/websocket-sidebar.js`: lets any page state business events and watch what becomes of them.
 *
 *     <script src="https://desk.example.com/assets/js/websocket-sidebar.js" data-token-url="/frontdesk-token" defer></script>
 *     await window.websocketSidebar.triggerEvent('invoice:sent', { … })
 *
 * `data-panel="off"` leaves the list away, `data-target="#place"` puts it somewhere.
 */
import { baseOf, findScript, FrontdeskError, openTokens, readSettings, type Settings } from '../settings';
import { Line, type Acknowledged } from './connection';
import { hear, type Heard, type Item } from './model';
import { Panel } from './panel';
import type { Connection } from './words';

const script = findScript('/assets/js/websocket-sidebar.js');
const written = readSettings(script);

class WebsocketSidebar extends EventTarget {
  #line: Line | null = null;
  #panel: Panel | null = null;
  #items: readonly Item[] = [];

  /** Connects with what stands on the script's tag, or with something else instead. */
  connect(settings: Settings = {}): void {
    const chosen = settings.token || settings.tokenUrl ? { url: written.url, ...settings } : { ...written, ...settings };
    const tokens = openTokens(chosen);
    if (!tokens) throw new FrontdeskError('NOT_CONFIGURED', 'Give the script data-token or data-token-url.');
    this.#line?.close();
    this.#line = new Line(baseOf(chosen), tokens, {
      heard: (event, body) => this.#heard(event, body),
      changed: (state, fault) => this.#changed(state, fault),
    });
    this.#line.open();
  }

  disconnect(): void {
    this.#line?.close();
  }

  /** States an event; done when it is stored. Refusals carry `code` and, for wrong data, `errors` by field. */
  async triggerEvent(type: string, data: object = {}): Promise<Acknowledged> {
    if (!this.#line) this.connect();
    if (!this.#line) throw new FrontdeskError('NOT_CONFIGURED', 'Give the script data-token or data-token-url.');
    return this.#line.stateEvent(type, data, `page-${randomKey()}`);
  }

  get status(): Connection {
    return this.#line?.state ?? 'idle';
  }

  /** What was stated here and what became of it, newest first. */
  get events(): readonly Item[] {
    return this.#items;
  }

  open(): void {
    this.#panel?.toggle(true);
  }

  close(): void {
    this.#panel?.toggle(false);
  }

  /** To be called once the page has a body. */
  mount(): void {
    const { panel, target } = script?.dataset ?? {};
    if (panel !== 'off') {
      this.#panel = new Panel(target ? document.querySelector(target) : null);
      this.#panel.tellConnection(this.status, null);
      this.#panel.show(this.#items);
    }
    if (!this.#line && (written.token || written.tokenUrl)) this.connect();
  }

  #heard(event: Heard, body: unknown): void {
    this.#items = hear(this.#items, event, body);
    this.#panel?.show(this.#items);
    this.dispatchEvent(new CustomEvent(event, { detail: body }));
  }

  #changed(state: Connection, fault: Error | null): void {
    this.#panel?.tellConnection(state, fault);
    this.dispatchEvent(new CustomEvent('status', { detail: { status: state, error: fault } }));
    if (fault instanceof FrontdeskError) console.warn(`Frontdesk: ${fault.message}`);
  }
}

/** Pages without TLS have no `randomUUID`. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

declare global {
  interface Window {
    websocketSidebar?: WebsocketSidebar;
  }
}

// A page that has the tag twice has one sidebar.
if (!window.websocketSidebar) {
  const sidebar = new WebsocketSidebar();
  window.websocketSidebar = sidebar;
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => sidebar.mount(), { once: true });
  else sidebar.mount();
}
