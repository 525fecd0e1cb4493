// What is not there: a history that cannot be read now, and a conversation that is not this reader's.

const SAID = 'The history cannot be read now';

function say(away) {
  const shown = document.getElementById('sx-history');
  if (!away) shown?.remove();
  if (!away || shown) return;
  const note = document.createElement('span');
  note.id = 'sx-history';
  note.textContent = `${SAID}: nothing is kept`;
  note.title = "Sextant's log says why. Questions are answered all the same.";
  document.getElementById('sx-badge')?.append(note);
}

// Only the page's own list of conversations tells; it shows what stands in the status line.
const plain = window.fetch;
window.fetch = async (...asked) => {
  const answer = await plain(...asked);
  const { pathname } = new URL(asked[0]?.url ?? asked[0], location.href);
  if (!pathname.endsWith('/project/threads')) return answer;
  say(answer.status === 503);
  if (answer.status !== 503) return answer;
  return new Response(answer.body, { status: 503, statusText: SAID, headers: answer.headers });
};

const NOT_HERE = "This conversation is not here: it was deleted, or it is another reader's. Begin a new one below.";

new MutationObserver(() => {
  for (const title of document.querySelectorAll('[data-sonner-toast] [data-title]')) {
    if (title.textContent === "Couldn't resume chat: Thread not found.") title.textContent = NOT_HERE;
  }
}).observe(document.documentElement, { childList: true, subtree: true });
