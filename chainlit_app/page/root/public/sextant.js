// What Chainlit's page lacks: the badge that says which data one sees, names for its icons, chips that open a source,
// Esc to stop.
import('./away.js');
import('./composer.js');
import('./reachable.js');

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
    ['#sidebar-trigger-button', 'Conversations'],
    ['#search-chats-button', 'Search conversations'],
    ['button.positive-feedback-off', 'Right and helpful'],
    ['button.positive-feedback-on', 'Right and helpful (chosen)'],
    ['button.negative-feedback-off', 'Wrong or not helpful'],
    ['button.negative-feedback-on', 'Wrong or not helpful (chosen)'],
    ['button:has(> .lucide-message-circle)', 'Change the comment'],
    ['#chat-submit', 'Ask'],
    ['#chat-settings-open-modal', 'Settings'],
    ['#stop-button', 'Stop'],
    ['button:has(> .lucide-copy)', 'Copy'],
    ['button:has(> .lucide-arrow-down)', 'To the end'],
    ['button:has(+ #side-view-title), #side-view-title button', 'Close the side'],
  ];

  function nameButtons() {
    for (const [buttons, name] of NAMES) {
      for (const button of document.querySelectorAll(`:is(${buttons})`)) {
        // A button that we named can become another: React makes "Stop" of "Ask".
        const ours = button.dataset.sxName;
        if (ours === name || button.textContent.trim() || (button.hasAttribute('aria-label') && !ours)) continue;
        button.setAttribute('aria-label', name);
        button.dataset.sxName = name;
      }
    }
    document.querySelector('#chat-input:not([aria-label])')?.setAttribute('aria-label', 'Your question');
  }

  // What a reader has opened: the page makes an element anew whenever something around it changes, so it is kept beside
  // them. Elements are compiled one by one and can not import each other: each hands in the hooks of its React.

  const kept = new Map();

  window.sextantKeeper = ({ useEffect, useState }) => ({
    kept,
    useKept(name, initial) {
      const [value, setValue] = useState(kept.has(name) ? kept.get(name) : initial);
      useEffect(() => {
        const hear = (event) => event.detail === name && setValue(kept.get(name));
        addEventListener('sx-kept', hear);
        return () => removeEventListener('sx-kept', hear);
      }, [name]);
      const keep = (next) => {
        kept.set(name, next);
        dispatchEvent(new CustomEvent('sx-kept', { detail: name }));
      };
      return [value, keep];
    },
  });

  // Pictures: a title that wraps, and words for those who do not see them; both come with the figure

  // Plotly fits a picture anew when the window changes, and not when a panel opens beside it. The space under the last
  // answer is measured anew then as well, and not when its rows arrive.
  const sizes = new ResizeObserver(() => dispatchEvent(new Event('resize')));

  function namePictures() {
    for (const plot of document.querySelectorAll('.inline-plotly-container .js-plotly-plot:not([role])')) {
      const meta = plot.layout?.meta;
      if (!meta) continue;
      plot.setAttribute('role', 'img');
      plot.setAttribute('aria-label', `${meta.title}. ${meta.told}`);
      plot.closest('.inline-plotly-container').dataset.title = meta.title;
      sizes.observe(plot);
    }
  }

  // What stands below the text comes after that space was measured: once, for it opens and closes at its reader's hand.
  const arrivals = new ResizeObserver((arrived) => {
    for (const { target } of arrived) arrivals.unobserve(target);
    dispatchEvent(new Event('resize'));
    arrived[0].target.closest('.overflow-y-auto')?.dispatchEvent(new Event('scroll')); // is this the end? asks the arrow
  });

  const measured = new WeakSet();
  function measureAnswers() {
    for (const part of document.querySelectorAll('[data-step-type] :is(.sx-table, .sx-footer, .sx-next)')) {
      if (measured.has(part)) continue;
      measured.add(part);
      (part.matches('.sx-table') ? sizes : arrivals).observe(part);
    }
  }

  // The list of conversations stays open where its reader opened it: Chainlit closes it on the way to another one

  let list = null;
  function keepList() {
    const now = document.querySelector('.peer[data-side="left"]');
    if (!now || now === list) return;
    const closed = list?.dataset.state === 'expanded' && now.dataset.state === 'collapsed';
    list = now;
    if (closed) document.getElementById('sidebar-trigger-button')?.click();
  }

  // On a phone the list is a dialog: it closes when a conversation is chosen, the one that is shown too. One that leaves the
  // page open was closed by nobody: a conversation has just got its address, and Chainlit makes the page anew.

  let sheet = null;
  function keepSheet() {
    const now = document.querySelector('[data-sidebar="sidebar"][data-mobile="true"]');
    const trigger = document.getElementById('sidebar-trigger-button');
    if (now) sheet = now;
    else if (sheet && trigger && !document.querySelector('.peer[data-side="left"]')) {
      const taken = sheet.dataset.state === 'open' && !sheet.dataset.sxChosen;
      sheet = null;
      if (taken) trigger.click();
    }
  }
  const closeSheet = () => sheet.querySelector('#sidebar-trigger-button').click();
  document.addEventListener('click', (event) => {
    const chosen = sheet?.contains(event.target) && event.target.closest('[data-sidebar="menu-button"]');
    if (!chosen || event.target.closest('[aria-haspopup]')) return;
    sheet.dataset.sxChosen = 'true';
    closeSheet();
  });

  function start() {
    document.body.append(badge);
    ask().then(askSoon);
    // At the end of an answer the mode may have changed: its last line has just been written.
    let busy = false;
    new MutationObserver(() => {
      nameButtons();
      namePictures();
      measureAnswers();
      dressLinks();
      followSide();
      keepList();
      keepSheet();
      const now = document.getElementById('stop-button') !== null;
      if (busy && !now) {
        ask();
        dispatchEvent(new Event('sextant-answered'));
      }
      busy = now;
    }).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);

  // Links that the page itself wrote into an answer hold the key of its footer, which no model is told: [1] opens a
  // source, and a fact that no source has is marked. What else looks like one stays a plain link.

  function own(link) {
    const [, key, kind, number] = /^#sx-([0-9a-f]+)-([fs])(\d+)$/.exec(link.getAttribute('href')) ?? [];
    const footer = key && document.querySelector(`.sx-footer[data-sx-key="${key}"]`);
    const answer = footer?.closest('[data-step-type]');
    return answer?.contains(link) ? { footer, kind, number: Number(number) } : null;
  }

  function dressLinks() {
    for (const link of document.querySelectorAll('.message-content a[href^="#sx-"]')) {
      const found = own(link);
      link.classList.toggle('element-link', found?.kind === 's');
      link.classList.toggle('sx-not-found', found?.kind === 'f');
      if (found?.kind === 's' && link.getAttribute('aria-label') !== link.title) link.setAttribute('aria-label', link.title);
    }
  }

  document.addEventListener(
    'click',
    (event) => {
      const link = event.target.closest?.('a.element-link, a[href^="#sx-"]');
      if (!link) return;
      const found = own(link);
      const number = found?.kind === 's' ? found.number : /^\[(\d{1,4})\]$/.exec(link.textContent)?.[1];
      if (found || link.matches('.element-link')) {
        event.preventDefault();
        event.stopPropagation();
      }
      if (found?.kind === 'f') found.footer.dispatchEvent(new CustomEvent('sx-fact', { detail: found.number }));
      else if (link.matches('.element-link') && number) {
        window.postMessage({ sextant: 'source', number: Number(number) }, location.origin);
      }
    },
    true,
  );

  // Esc: closes the side, from within it or when nothing runs; or else stops the answer. A dialog closes itself.

  const side = () => document.getElementById('side-view-content');

  const ownEsc = '[role="dialog"]:not(:has(#side-view-content)), [role="menu"], [role="listbox"], #message-composer .command-item';
  const overSheet = '[role="menu"], [role="alertdialog"], [role="dialog"]:not([data-mobile])';
  const CLOSES = '#side-view-title button, [role="dialog"]:has(#side-view-content) > button'; // on a phone the side is a dialog

  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (sheet?.dataset.state === 'open' && !document.querySelector(overSheet)) {
        event.stopPropagation();
        closeSheet();
      }
      if (document.querySelector(ownEsc)) return;
      if (event.target.matches?.('input, select') && event.target.value) return;
      const stop = document.getElementById('stop-button');
      if (side() && (!stop || side().parentElement.contains(document.activeElement))) {
        document.querySelector(CLOSES)?.click();
      } else stop?.click();
    },
    true, // before a tooltip takes the key for itself
  );

  // Once the side is closed, the focus is again where it was opened from
  let openedFrom = null;
  let sideWasOpen = false;

  document.addEventListener(
    'click',
    (event) => {
      const from = event.target.closest?.('a, button');
      if (from && !side()) openedFrom = from;
    },
    true,
  );

  function followSide() {
    const now = side() !== null;
    // Only a focus that went with it: a new answer closes the side as well, while its reader may be typing.
    if (sideWasOpen && !now && openedFrom?.isConnected && document.activeElement === document.body) openedFrom.focus();
    sideWasOpen = now;
  }

  // Copied answers: what keeps addresses whole on the page, chips and marks have no place in a ticket

  const MARK = /\[((?:\\.|[^\]\\])*)\]\(#sx-[0-9a-f]+-([fs])\d+ "(?:\\.|[^"\\])*"\)/g;
  const plainText = (text) =>
    text
      .replace(MARK, (_, said, kind) => said.replace(/\\([[\]])/g, '$1') + (kind === 'f' ? ' (not found in the sources)' : ''))
      .replaceAll('\\:', ':');

  const write = navigator.clipboard?.write?.bind(navigator.clipboard);
  if (write) {
    navigator.clipboard.write = async (items) => {
      const plain = await Promise.all(
        items.map(async (item) => {
          const parts = {};
          for (const type of item.types) {
            const blob = await item.getType(type);
            parts[type] = type === 'text/plain' ? new Blob([plainText(await blob.text())], { type }) : blob;
          }
          return new ClipboardItem(parts);
        }),
      );
      return write(plain);
    };
  }
})();
