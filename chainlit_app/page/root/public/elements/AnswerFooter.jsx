// The line under an answer: its data, model and time, and what code found when it looked every fact up in the sources.
import { useEffect, useId, useRef, useState } from 'react';
import { ChevronDown, CircleCheck, Equal, Replace, TriangleAlert } from 'lucide-react';

const { useKept } = window.sextantKeeper({ useEffect, useState }); // sextant.js

const ICONS = { found: CircleCheck, derived: Equal, elsewhere: Replace, not_found: TriangleAlert };

function Fact({ fact, sought }) {
  const Icon = ICONS[fact.verdict];
  const row = useRef(null);
  useEffect(() => {
    if (sought) row.current.focus();
  }, [sought]);
  return (
    <li ref={row} tabIndex={-1} data-verdict={fact.verdict} className="sx-fact">
      <Icon size={14} aria-hidden="true" />
      <code>{fact.text}</code>
      <span className="sx-fact-kind">{fact.kind.replaceAll('_', ' ')}{fact.places.length > 1 ? `, ${fact.places.length} times` : ''}</span>
      <span className="sx-fact-where">{fact.verdict === 'found' ? fact.where || fact.said : fact.where ? `${fact.said}: ${fact.where}` : fact.said}</span>
      {fact.source ? <a className="element-link" href="#" role="button" aria-label={`Open source ${fact.source}`}>{`[${fact.source}]`}</a> : null}
    </li>
  );
}

export default function AnswerFooter() {
  const { check, line } = props;
  const [open, setOpen] = useKept(`${props.key_}/open`, false);
  const [sought, setSought] = useState(null);
  const self = useRef(null);
  const list = useId();
  const fine = check?.tone === 'quiet';
  const Icon = fine ? CircleCheck : TriangleAlert;

  // A mark in the text asks for its fact.
  useEffect(() => {
    const show = (event) => {
      setOpen(true);
      setSought({ place: event.detail });
    };
    const at = self.current;
    at.addEventListener('sx-fact', show);
    return () => at.removeEventListener('sx-fact', show);
  }, []);

  return (
    <div ref={self} className="sx-footer" data-sx-key={props.key_}>
      {!check ? null : check.facts.length === 0 ? (
        <span className="sx-check" data-tone={check.tone}><Icon size={14} aria-hidden="true" /> {check.text}</span>
      ) : (
        <button type="button" className="sx-check" data-tone={check.tone} aria-expanded={open} aria-controls={list}
          onClick={() => { setOpen(!open); setSought(null); }}>
          <Icon size={14} aria-hidden="true" /> {check.text} <ChevronDown size={13} aria-hidden="true" className="sx-turns" />
        </button>
      )}
      <span className="sx-line">{line}</span>
      {open ? (
        <ul id={list} className="sx-facts" aria-label="Facts of this answer">
          {check.facts.map((fact, i) => (
            <Fact key={i} fact={fact} sought={sought && fact.places.includes(sought.place) ? sought : null} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}
