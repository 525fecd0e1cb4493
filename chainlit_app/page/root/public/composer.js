// The composer's own ways: commands that run at once, earlier questions by the arrow keys, the focus after an answer.
const COMMAND = /^\/[A-Za-z][\w-]*(\s|$)/;

const input = () => document.getElementById('chat-input');

function write(text) {
  const field = input();
  if (!field) return;
  // React keeps its own copy of the value: it hears only of what goes past it.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

// Commands

function run(text) {
  const name = text.trim().slice(1).split(/\s/)[0].toLowerCase();
  write('');
  if (name === 'clear') document.getElementById('new-chat-button')?.click();
  else window.postMessage({ sextant: 'command', text }, location.origin);
}

const offered = (item) => `/${item.querySelector('.font-medium')?.textContent ?? ''}`;

function instead(event, text) {
  event.preventDefault();
  event.stopPropagation();
  run(text);
}

document.addEventListener(
  'keydown',
  (event) => {
    if (event.target !== input() || event.isComposing || event.shiftKey) return;
    if (event.key !== 'Enter') return;
    const chosen = document.querySelector('#message-composer .command-item.bg-accent');
    const text = event.target.value.trim();
    if (chosen) instead(event, offered(chosen));
    else if (COMMAND.test(text)) instead(event, text);
  },
  true,
);

document.addEventListener(
  'click',
  (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const item = at('#message-composer .command-item');
    const button = at('#message-composer button[id^="command-"]');
    if (item) instead(event, offered(item));
    else if (button) instead(event, `/${button.id.slice('command-'.length)}`);
    else if (at('#chat-submit') && COMMAND.test(input()?.value.trim() ?? '')) instead(event, input().value.trim());
  },
  true,
);

addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== location.origin) return;
  if (event.data?.sextant === 'run') run(String(event.data.text));
  if (event.data?.sextant === 'clear') run('/clear');
  if (event.data?.sextant === 'settings') keep(event.data.settings);
});

// Settings: this browser keeps them, and sends them with each connection

const COOKIE = 'sextant-settings';
const YEAR = 365 * 24 * 3600;
const theme = () => localStorage.getItem('vite-ui-theme') ?? 'system';

function kept() {
  try {
    const found = document.cookie.split('; ').find((one) => one.startsWith(`${COOKIE}=`));
    return found ? JSON.parse(decodeURIComponent(found.slice(COOKIE.length + 1))) : {};
  } catch {
    return {};
  }
}

function store(settings) {
  document.cookie = `${COOKIE}=${encodeURIComponent(JSON.stringify(settings))}; path=/; max-age=${YEAR}; samesite=strict`;
}

function keep(settings) {
  store(settings);
  if (settings.theme !== theme()) show(settings.theme);
  dispatchEvent(new Event('sextant-settings'));
}

// Only the page's own menu changes the theme for all that draw with it.
function show(wanted) {
  const at = ['light', 'dark', 'system'].indexOf(wanted);
  document.getElementById('theme-toggle')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  requestAnimationFrame(() => document.querySelectorAll('[role="menu"] [role="menuitem"]')[at]?.click());
}

new MutationObserver(() => {
  const settings = kept();
  if ((settings.theme ?? 'system') === theme()) return;
  store({ ...settings, theme: theme() });
  window.postMessage({ sextant: 'theme', theme: theme() }, location.origin);
}).observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
