// Every source of the conversation: a click opens one.
import { useEffect, useRef, useState } from 'react';

const SHORT = { live: 'Live', demo: 'Demo data', fallback: 'Demo data (Nautobot does not answer)', unknown: '' };
const FILTERED_FROM = 8;

const { kept, useKept } = window.sextantKeeper({ useEffect, useState }); // sextant.js

export default function SourceList() {
  const [wanted, setWanted] = useKept(`${props.opened}/wanted`, '');
  const top = useRef(null);
  useEffect(() => {
    if (kept.get('focused') === props.opened) return;
    kept.set('focused', props.opened);
    top.current.focus();
  }, []);
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = props.sources.filter((one) => {
    const text = `[${one.number}] ${one.title} ${one.question} ${one.at} ${SHORT[one.mode]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const open = (number) => window.postMessage({ sextant: 'source', number }, location.origin);

  return (
    <section className="sx-sources" ref={top} tabIndex={-1} aria-label="Sources of this conversation">
      {props.sources.length === 0 ? <p>Nothing has been read yet: each table that an answer stands on is listed here.</p> : null}
      {props.sources.length > FILTERED_FROM ? (
        <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} placeholder="Filter sources" aria-label="Filter sources" />
      ) : null}
      <ol>
        {shown.map((one) => (
          <li key={one.number}>
            <button type="button" onClick={() => open(one.number)}>
              <span className="sx-number">{`[${one.number}]`}</span>
              <span className="sx-what">
                <strong>{one.title}</strong>
                <span>{[one.rows, SHORT[one.mode], one.at].filter(Boolean).join(' · ')}</span>
                {one.question ? <span className="sx-why">“{one.question}”</span> : null}
                <span>{one.cited.length ? `Cited in answer ${one.cited.join(', ')}` : 'Cited in no answer'}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {props.sources.length && !shown.length ? <p role="status">No source matches “{wanted}”.</p> : null}
    </section>
  );
}
