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
});
