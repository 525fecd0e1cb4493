// What Chainlit's page lacks: the badge that says which data one sees, names for its icons, chips that open a source,
// Esc to stop.
import('./composer.js');

(() => {
  const STATUS_EVERY = 4000;
  const prefix = document.querySelector('meta[property="og:root_path"]')?.content ?? '';

  if (!localStorage.getItem('vite-ui-theme')) localStorage.setItem('vite-ui-theme', 'system');

  // Badge

  const badge = document.createElement('div');
  badge.id = 'sx-badge';
  badge.setAttribute('role', 'status');
  const mode = document.createElement('span');
  mode.id = 'sx-mode';
  mode.textContent = 'Connecting';
  const model = document.createElement('span');
  model.id = 'sx-model';
  badge.append(mode, model);
  badge.dataset.mode = 'unknown';

  function say(status) {
    if (badge.dataset.mode !== status.mode) badge.dataset.mode = status.mode;
    if (mode.textContent !== status.data) mode.textContent = status.data;
    if (model.textContent !== status.model) model.textContent = status.model;
    badge.title = status.detail;
  }

  async function ask() {
    try {
      const answer = await fetch(`${prefix}/sextant/status`, { cache: 'no-store' });
      if (!answer.ok) throw new Error(answer.status);
      say(await answer.json());
    } catch {
      say({ mode: 'unknown', data: 'Not connected', model: '', detail: 'Sextant does not answer.' });
    }
  }

  let asking = null;
  function askSoon() {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      await ask();
      askSoon();
    }, STATUS_EVERY);
  }

  // Names for buttons that show nothing but an icon: a screen reader says "button" of them, and a mouse tells no more

  const NAMES = [
    ['#new-chat-button', 'New chat'],
    ['#chat-submit', 'Ask'],
    ['#stop-button', 'Stop'],
    ['button:has(> .lucide-copy)', 'Copy'],
    ['button:has(> .lucide-arrow-down)', 'To the end'],
    ['button:has(+ #side-view-title), #side-view-title button', 'Close the source'],
  ];

  function nameButtons() {
    for (const [buttons, name] of NAMES) {
      for (const button of document.querySelectorAll(`:is(${buttons}):not([aria-label])`)) {
        if (!button.textContent.trim()) button.setAttribute('aria-label', name);
      }
    }
    document.querySelector('#chat-input:not([aria-label])')?.setAttribute('aria-label', 'Your question');
  }

  function start() {
    document.body.append(badge);
    ask().then(askSoon);
    // At the end of an answer the mode may have changed: its last line has just been written.
    let busy = false;
    new MutationObserver(() => {
      nameButtons();
      const now = document.getElementById('stop-button') !== null;
      if (busy && !now) ask();
      busy = now;
    }).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);

  // Chips: the server answers with the panel

  document.addEventListener(
    'click',
    (event) => {
      const chip = event.target.closest?.('a.element-link');
      const number = /^\[(\d{1,4})\]$/.exec(chip?.textContent ?? '')?.[1];
      if (!number) return;
      event.preventDefault();
      event.stopPropagation();
      window.postMessage({ sextant: 'source', number: Number(number) }, location.origin);
    },
    true,
  );

  // Esc stops an answer, when it does not close a dialog

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"]')) return;
    document.getElementById('stop-button')?.click();
  });

  // Copied answers: "\:" keeps addresses whole on the page and has no place in a ticket

  const write = navigator.clipboard?.write?.bind(navigator.clipboard);
  if (write) {
    navigator.clipboard.write = async (items) => {
      const plain = await Promise.all(
        items.map(async (item) => {
          const parts = {};
          for (const type of item.types) {
            const blob = await item.getType(type);
            parts[type] = type === 'text/plain' ? new Blob([(await blob.text()).replaceAll('\\:', ':')], { type }) : blob;
          }
          return new ClipboardItem(parts);
        }),
      );
      return write(plain);
    };
  }
})();
