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
    if (event.target !== input() || event.isComposing || event.shiftKey || event.key !== 'Enter') return;
    const chosen = document.querySelector('#message-composer .command-item.bg-accent');
    const text = event.target.value.trim();
    if (chosen) instead(event, offered(chosen));
    else if (COMMAND.test(text)) instead(event, text);
    else if (text && !document.getElementById('stop-button')) send(event.target.value);
  },
  true,
);

// A page that connects just now takes no Enter: the question goes as soon as it can, unless its writer goes on with it.
function send(text, until = Date.now() + 10_000) {
  setTimeout(() => {
    if (input()?.value !== text || Date.now() > until) return;
    const button = document.getElementById('chat-submit');
    if (button && !button.disabled) button.click();
    else send(text, until);
  }, 150);
}

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

// A question that is being written: Chainlit makes its field anew once a conversation has an address, and writes nothing
// into it. A field on an empty page begins a conversation: nothing is taken over into it, nor out of it.

const DRAFT = 'sextant-draft';
const onEmptyPage = (field) => field.closest('#welcome-screen') !== null;

function restore(text, start = text.length, end = start) {
  if (!text || input().value) return;
  write(text);
  input().setSelectionRange(start, end);
}

let last = null; // the field: once it has left the page it still holds what was written

function followField() {
  const now = input();
  if (now === last) return;
  const before = last;
  last = now;
  if (!now) return;
  if (before && !onEmptyPage(before) && !onEmptyPage(now)) restore(before.value, before.selectionStart, before.selectionEnd);
  else restore(unloaded());
}

// Over a reload the tab keeps it, for the same address.
addEventListener('pagehide', () => {
  if (last?.value) sessionStorage.setItem(DRAFT, JSON.stringify({ path: location.pathname, text: last.value }));
});

function unloaded() {
  if (onEmptyPage(last) === location.pathname.includes('/thread/')) return ''; // its conversation is still to come
  const { path, text } = JSON.parse(sessionStorage.getItem(DRAFT) ?? '{}');
  sessionStorage.removeItem(DRAFT);
  return path === location.pathname ? text : '';
}

new MutationObserver(followField).observe(document.documentElement, { childList: true, subtree: true });
followField();

// Earlier questions of this conversation: arrow up in an empty question, and on from there

let recalled = null; // { questions, at }, while the composer holds one of them unchanged
const BY_HAND = /^Tried \w+( \(|$)/;

function asked() {
  const texts = [...document.querySelectorAll('[data-step-type="user_message"] .message-content')].map((one) => one.innerText.trim());
  return texts.filter((text, at) => text && !BY_HAND.test(text) && text !== texts[at + 1]);
}

function recall(field, step) {
  const current = recalled && field.value === (recalled.questions[recalled.at] ?? '') ? recalled : null;
  if (!current && (field.value !== '' || step > 0)) return false;
  const questions = current?.questions ?? asked();
  const at = (current?.at ?? questions.length) + step;
  if (at < 0 || at > questions.length) return Boolean(current);
  write(questions[at] ?? '');
  field.setSelectionRange(field.value.length, field.value.length);
  recalled = at < questions.length ? { questions, at } : null;
  return true;
}

// Within a question of several lines the arrows move from line to line first.
function atEdge(field, step) {
  const outside = step < 0 ? field.value.slice(0, field.selectionStart) : field.value.slice(field.selectionEnd);
  return !outside.includes('\n');
}

document.addEventListener(
  'keydown',
  (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target !== input() || event.isComposing) return;
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!atEdge(event.target, step) || !recall(event.target, step)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// After an answer the next question can be typed, unless its reader is somewhere else by now

addEventListener('sextant-answered', () => {
  const focused = document.activeElement;
  if (matchMedia('(pointer: fine)').matches && (!focused || focused === document.body)) input()?.focus({ preventScroll: true });
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
