// One source: what was asked, of whom and when, how it was read, and what has changed since. Its rows stand below.
import { useEffect, useRef, useState } from 'react';
import { BookOpen, Check, Copy, ExternalLink, RefreshCw } from 'lucide-react';

const { kept, useKept } = window.sextantKeeper({ useEffect, useState }); // sextant.js

const MODES = { live: 'Live data', demo: 'Demo data', fallback: 'Demo data', unknown: 'Data of unknown origin' };
const many = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
const said = (cell) => (cell === null || cell === undefined || cell === '' ? 'nothing' : cell === true ? 'yes' : cell === false ? 'no' : String(cell));

function CopyText({ text, name }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const later = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(later);
  }, [copied]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <button type="button" className="sx-tool" aria-label={`Copy ${name}`} onClick={copy}>
      {copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
      <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
    </button>
  );
}

function Code({ title, text, name, children }) {
  return (
    <div className="sx-code">
      <div className="sx-code-title"><span>{title}</span>{children}<CopyText text={text} name={name} /></div>
      <pre tabIndex={0} aria-label={name}><code>{text}</code></pre>
    </div>
  );
}

function Fold({ name, children }) {
  const [open, keepOpen] = useKept(name, false);
  return <details className="sx-query" open={open} onToggle={(event) => event.target.open !== open && keepOpen(event.target.open)}>{children}</details>;
}

function Query({ query, name }) {
  return (
    <Fold name={name}>
      <summary><code>{query.file}</code><span>{query.rows} · {query.took}</span></summary>
      {query.text ? (
        <Code title="GraphQL" text={query.text} name={`the query ${query.file}`}>
          {query.graphiql ? (
            <a className="sx-tool" href={query.graphiql} target="_blank" rel="noreferrer" title="Opens in Nautobot with its variables filled in">
              <ExternalLink size={13} aria-hidden="true" /> Open in GraphiQL
            </a>
          ) : null}
        </Code>
      ) : null}
      <Code title="Variables" text={query.variables} name={`the variables of ${query.file}`} />
    </Fold>
  );
}

function Rows({ title, columns, rows, count, kind }) {
  if (!count) return null;
  return (
    <div className="sx-diff" data-kind={kind}>
      <h4>{title}</h4>
      <div className="sx-scroll" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead><tr>{columns.map((name) => <th key={name} scope="col">{name.replaceAll('_', ' ')}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={r}>
                {row.cells.map((cell, i) => (
                  <td key={i}>{i === 0 && row.link ? <a href={row.link} target="_blank" rel="noreferrer">{said(cell)}</a> : cell === null ? '' : said(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < count ? <p className="sx-aside">The first {rows.length} of {count.toLocaleString('en')}.</p> : null}
    </div>
  );
}

function Changes({ changed, count }) {
  if (!count) return null;
  return (
    <div className="sx-diff" data-kind="changed">
      <h4>{many(count, 'row')} changed</h4>
      <ul>
        {changed.map((one, i) => (
          <li key={i}>
            {one.link ? <a href={one.link} target="_blank" rel="noreferrer">{one.name}</a> : <code>{one.name}</code>}
            <div>
              {one.cells.map((cell) => (
                <div key={cell.column}>
                  {cell.column.replaceAll('_', ' ')}: <del><span className="sx-only-heard">was </span>{said(cell.before)}</del>{' '}
                  <ins><span className="sx-only-heard">is now </span>{said(cell.now)}</ins>
                </div>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {changed.length < count ? <p className="sx-aside">The first {changed.length} of {count.toLocaleString('en')}.</p> : null}
    </div>
  );
}

function Since({ found }) {
  const read = found.at ? `Asked again: ${found.at}, ${MODES[found.mode].toLowerCase()}, ${found.took}.` : '';
  if (found.refused) return <p className="sx-since" data-tone="warning">{found.refused} {read}</p>;
  if (found.same) return <p className="sx-since" data-tone="quiet"><Check size={14} aria-hidden="true" /> Nothing has changed since {found.since}. {read}</p>;
  const { added, removed, changed } = found.counts;
  const columns = [
    found.new_columns.length ? `New columns: ${found.new_columns.join(', ')}.` : '',
    found.lost_columns.length ? `No longer there: ${found.lost_columns.join(', ')}.` : '',
  ].join(' ').trim();
  return (
    <div className="sx-since">
      <p><strong>Changed since {found.since}:</strong> {added.toLocaleString('en')} added, {removed.toLocaleString('en')} removed, {changed.toLocaleString('en')} changed. {columns} {read} The answer stays as it was.</p>
      <Changes changed={found.changed} count={changed} />
      <Rows title={`${many(added, 'row')} added`} columns={found.columns} rows={found.added} count={added} kind="added" />
      <Rows title={`${many(removed, 'row')} removed`} columns={found.columns_before} rows={found.removed} count={removed} kind="removed" />
    </div>
  );
}

export default function SourcePanel() {
  const [found, setFound] = useKept(`${props.opened}/found`, null);
  const [asking, setAsking] = useKept(`${props.opened}/asking`, false);
  const top = useRef(null);
  useEffect(() => {
    if (kept.get('focused') === props.opened) return;
    kept.set('focused', props.opened);
    top.current.focus();
  }, []);

  const again = async () => {
    setAsking(true);
    try {
      const answer = await fetch(apiClient.buildEndpoint(props.again), { method: 'POST', credentials: 'same-origin' });
      setFound(answer.ok || [404, 429].includes(answer.status) ? await answer.json() : { refused: `Sextant could not ask again (${answer.status}).` });
    } catch {
      setFound({ refused: 'Sextant does not answer: is it still running?' });
    } finally {
      setAsking(false);
    }
  };
  const all = () => window.postMessage({ sextant: 'sources' }, location.origin);
  const cited = props.cited.length ? `Cited in answer ${props.cited.join(', ')}` : 'Cited in no answer';

  return (
    <section className="sx-source" ref={top} tabIndex={-1} aria-label={`Source ${props.number}: ${props.title}`}>
      <p className="sx-origin" data-mode={props.mode}>
        <strong>{MODES[props.mode]}</strong>
        <span>{[props.mode === 'live' ? props.origin.replace(/^Live /, '') : '', props.at].filter(Boolean).join(' · ')}</span>
      </p>
      {props.why ? <p className="sx-since" data-tone="warning">{props.why}</p> : null}
      <h3>{props.title}</h3>
      <p>{props.summary}</p>
      {props.notes.length ? <ul className="sx-notes">{props.notes.map((note) => <li key={note}>{note}</li>)}</ul> : null}
      <dl>
        <div><dt>Rows</dt><dd>{props.rows}</dd></div>
        <div><dt>Took</dt><dd>{props.took}</dd></div>
        {props.question ? <div><dt>Read for</dt><dd>“{props.question}”</dd></div> : null}
        <div><dt>Used</dt><dd>{cited}</dd></div>
      </dl>
      <div className="sx-tools">
        <button type="button" className="sx-tool" disabled={asking} aria-busy={asking} onClick={again}>
          <RefreshCw size={13} aria-hidden="true" className={asking ? 'sx-spins' : ''} /> {asking ? 'Asking …' : 'Ask again'}
        </button>
        {props.list ? <a className="sx-tool" href={props.list} target="_blank" rel="noreferrer"><ExternalLink size={13} aria-hidden="true" /> List in Nautobot</a> : null}
        <button type="button" className="sx-tool" onClick={all}><BookOpen size={13} aria-hidden="true" /> All sources</button>
      </div>
      <div aria-live="polite">{found ? <Since found={found} /> : null}</div>
      <Fold name={`${props.opened}/call`}>
        <summary><code>{props.tool}</code><span>the call</span></summary>
        <Code title="Arguments" text={props.arguments} name="the arguments" />
      </Fold>
      {props.queries.map((query, i) => <Query key={i} query={query} name={`${props.opened}/${i}`} />)}
    </section>
  );
}
