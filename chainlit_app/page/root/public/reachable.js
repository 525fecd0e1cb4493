// What Chainlit's page lacks for readers who hear it or use it by keyboard: names of icons, roles of what is clicked,
// references that lead nowhere. Each line is a finding of axe-core (tests/browser/test_page_reachable.py).

const missing = (ids) => !ids.split(' ').some((id) => document.getElementById(id)?.textContent.trim());

const MENDED = [
  // On a narrow page a command is an icon without its word.
  ['button[id^="command-"]:not([aria-label])', (button) => {
    const name = button.id.slice('command-'.length);
    button.setAttribute('aria-label', name.charAt(0).toUpperCase() + name.slice(1));
  }],
  // A list whose children are groups of a day, not items.
  ['ul[data-sidebar="menu"]:not([role]):has(> div)', (list) => list.setAttribute('role', 'group')],
  // The menu of a conversation lies in what opens it: nothing of a button's inside is heard, of a link's it is.
  ['button[data-sidebar="menu-button"]:not([role]):has(> [aria-haspopup])', (opens) => opens.setAttribute('role', 'link')],
  ['div[aria-haspopup]:not([role])', (button) => {
    button.setAttribute('role', 'button');
    button.setAttribute('aria-label', 'What to do with this conversation');
    button.tabIndex = 0;
  }],
  ['[role="separator"][data-resize-handle]:not([aria-label])', (handle) => handle.setAttribute('aria-label', 'Width of the side')],
  ['[role="separator"][aria-controls]', (handle) => {
    if (!document.getElementById(handle.getAttribute('aria-controls'))) handle.removeAttribute('aria-controls');
  }],
  ['[role="dialog"][data-sidebar="sidebar"]:not([aria-label])', (list) => list.setAttribute('aria-label', 'Conversations')],
  ['[role="dialog"][aria-labelledby]', (dialog) => {
    if (!missing(dialog.getAttribute('aria-labelledby'))) return;
    dialog.removeAttribute('aria-labelledby');
    if (dialog.hasAttribute('aria-label')) return;
    dialog.setAttribute('aria-label', dialog.querySelector('h1, h2, h3, [id$="-title"]')?.textContent.trim() || 'At the side');
  }],
  ['#password + button:not([aria-label])', (button) => button.setAttribute('aria-label', 'Show or hide the password')],
  ['[cmdk-list]:not([tabindex])', (list) => (list.tabIndex = 0)],
];

function mend() {
  for (const [found, change] of MENDED) document.querySelectorAll(found).forEach(change);
}

new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
mend();
