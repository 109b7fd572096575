/** Where the page starts: texts, theme, data, routes. */
import '@fontsource-variable/inter/wght.css';
import './ui/fonts/basic.css';
import './ui/mantine.css';
import './ui/base.css';
import './i18n';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startServiceWorker } from './app/serviceWorker';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
startServiceWorker();
