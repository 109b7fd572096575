/** The panel's look. Light on a light page and dark on a dark one: it follows the page's own `color-scheme`. */
export const STYLE = `
:host {
  --canvas: #ffffff; --sunken: #f1f3f6; --line: #cfd5de; --text: #151a22; --quiet: #475467; --brand: #3b5bdb; --on-brand: #ffffff;
  --good: #1b6e30; --bad: #b42323;
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: var(--text);
}
@supports (color: light-dark(red, red)) {
  :host {
    --canvas: light-dark(#ffffff, #151920); --sunken: light-dark(#f1f3f6, #1e242e); --line: light-dark(#cfd5de, #3a4251);
    --text: light-dark(#151a22, #e9ecf1); --quiet: light-dark(#475467, #b3bcc9); --brand: light-dark(#3b5bdb, #8ea4ff);
    --on-brand: light-dark(#ffffff, #0e1116); --good: light-dark(#1b6e30, #7bd890); --bad: light-dark(#b42323, #ff9b9b);
  }
}
:host([data-frontdesk-events='floating']) { position: fixed; inset: auto 16px 16px auto; z-index: 2147483000; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
p, h2, ol { margin: 0; padding: 0; }
button { font: inherit; color: inherit; cursor: pointer; border: 0; border-radius: 8px; }
button:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
.opener { display: inline-flex; gap: 8px; align-items: center; min-height: 44px; padding: 0 16px; background: var(--brand); color: var(--on-brand); font-weight: 600; box-shadow: 0 2px 8px rgba(16, 24, 40, 0.2); }
.count { min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--on-brand); color: var(--brand); font-size: 12px; line-height: 20px; text-align: center; }
.panel { background: var(--canvas); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
:host([data-frontdesk-events='floating']) .panel { position: absolute; inset: auto 0 56px auto; width: min(360px, calc(100vw - 32px)); max-height: min(480px, calc(100vh - 96px)); overflow-y: auto; box-shadow: 0 8px 24px rgba(16, 24, 40, 0.18); }
header { display: flex; gap: 8px; align-items: center; padding: 12px 16px; border-bottom: 1px solid var(--line); }
h2 { flex: 1; font-size: 15px; }
.connection { color: var(--quiet); font-size: 12px; }
.connection[data-state='connected'] { color: var(--good); }
.connection[data-state='refused'] { color: var(--bad); }
.close { width: 32px; height: 32px; margin: -4px -8px -4px 0; background: transparent; font-size: 20px; line-height: 1; }
.close:hover { background: var(--sunken); }
.empty { padding: 24px 16px; color: var(--quiet); text-align: center; }
.list { list-style: none; }
li { display: grid; gap: 6px; padding: 12px 16px; overflow-wrap: anywhere; }
li + li { border-top: 1px solid var(--line); }
.line { display: flex; gap: 12px; justify-content: space-between; }
.stage { color: var(--quiet); white-space: nowrap; }
li[data-stage='completed'] .stage { color: var(--good); }
li[data-stage='failed'] .stage, li[data-stage='refused'] .stage, .fault { color: var(--bad); }
.counts, .fault { font-size: 12px; }
.counts { color: var(--quiet); }
progress { appearance: none; width: 100%; height: 6px; border: 0; border-radius: 3px; overflow: hidden; background: var(--sunken); }
progress::-webkit-progress-bar { background: var(--sunken); }
progress::-webkit-progress-value { background: var(--brand); }
progress::-moz-progress-bar { background: var(--brand); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
