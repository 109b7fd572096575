/**
 * `/assets/js/whatsapp-sessions.js`: gives any page `WhatsAppSessionsManager`.
 *
 *     <link rel="stylesheet" href="https://desk.example.com/assets/css/whatsapp-sessions.css">
 *     <script src="https://desk.example.com/assets/js/whatsapp-sessions.js" data-token-url="/frontdesk-token"></script>
 *     const manager = new WhatsAppSessionsManager('biz_…'); await manager.initialize();
 */
import { findScript, readSettings } from '../settings';
import { WhatsAppSessionsManager, type Options } from './manager';

const written = readSettings(findScript('/assets/js/whatsapp-sessions.js'));

/** The same with what stands on the script's tag. */
class OfThisPage extends WhatsAppSessionsManager {
  constructor(customerId: string, options: Options = {}) {
    super(customerId, options.token || options.tokenUrl ? { url: written.url, ...options } : { ...written, ...options });
  }
}

declare global {
  interface Window {
    WhatsAppSessionsManager?: typeof WhatsAppSessionsManager;
  }
}

window.WhatsAppSessionsManager = OfThisPage;
