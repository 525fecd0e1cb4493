// All rows of a result: paged, sorted by value (addresses and numbers as such), with the file beside them.
import { useEffect, useMemo, useState } from 'react';
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Download } from 'lucide-react';

function address(value) {
  const [host, length] = String(value).split('/');
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (four) return [4, ...four.slice(1).map(Number), Number(length ?? 32)];
  if (!/^[0-9a-f:]+$/i.test(host) || !host.includes('::') && host.split(':').length !== 8) return null;
  const [head, tail] = host.split('::').map((part) => (part ? part.split(':') : []));
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const groups = [...head, ...zeros, ...(tail ?? [])].map((group) => parseInt(group, 16));
  return [6, ...groups, Number(length ?? 128)];
}

function compare(a, b) {
  if (a === null || a === undefined || a === '') return b === null || b === undefined || b === '' ? 0 : 1;
  if (b === null || b === undefined || b === '') return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [address(a), address(b)];
  if (left && right) {
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      if (left[i] !== right[i]) return (left[i] ?? -1) - (right[i] ?? -1);
    }
    return 0;
  }
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function Cell({ value, link }) {
  const text = value === null || value === undefined ? '' : value === true ? 'yes' : value === false ? 'no' : value;
  if (!link) return text;
  return <a href={link} target="_blank" rel="noreferrer">{text || 'open'}</a>;
}

export default function ResultTable() {
  const PAGE = props.page_size;
  const [data, setData] = useState(null);
  const [failed, setFailed] = useState(false);
  const [page, setPage] = useState(0);
  const [order, setOrder] = useState({ column: -1, down: false });
  const address_of = (what) => apiClient.buildEndpoint(`${props.base}${what}`);

  useEffect(() => {
    fetch(address_of('rows.json')).then((r) => (r.ok ? r.json() : Promise.reject())).then(setData, () => setFailed(true));
  }, [props.base]);

  const sorted = useMemo(() => {
    if (!data) return [];
    const rows = data.rows.map((cells, i) => ({ cells, link: data.links[i] }));
    if (order.column < 0) return rows;
    rows.sort((a, b) => compare(a.cells[order.column], b.cells[order.column]));
    return order.down ? rows.reverse() : rows;
  }, [data, order]);

  const pages = Math.max(1, Math.ceil(sorted.length / PAGE));
  const visible = sorted.slice(page * PAGE, page * PAGE + PAGE);
  const sort = (column) => {
    setPage(0);
    setOrder((now) => now.column !== column ? { column, down: false } : now.down ? { column: -1, down: false } : { column, down: true });
  };
  const numeric = props.columns.map((_, i) => sorted.length > 0 && sorted.every((row) => row.cells[i] === null || typeof row.cells[i] === 'number'));
  const count = props.total.toLocaleString('en');

  return (
    <section className="sx-table" aria-label={`Table: ${props.title}`}>
      <header>
        <a className="element-link" href="#" title={`Open source ${props.source}`}>{`[${props.source}]`}</a>
        <span className="sx-title">{props.title}</span>
        <span className="sx-count">{count} {props.total === 1 ? 'row' : 'rows'}</span>
        {failed ? null : <a className={props.exported ? 'sx-csv sx-wanted' : 'sx-csv'} href={address_of('csv')} download={props.files.csv} title={`Download ${props.files.csv}`}>
          <Download size={14} aria-hidden="true" /> {props.exported ? props.files.csv : 'CSV'}
        </a>}
      </header>
      {failed ? <p className="sx-note">{data ? 'The file of these rows is no longer kept. Ask again for it.' : 'These rows are no longer kept. Ask again to see them.'}</p> : null}
      {failed && !data ? null : <div className="sx-scroll">
        <table>
          <thead>
            <tr>
              {props.columns.map((name, i) => (
                <th key={name} className={numeric[i] ? 'sx-numeric' : ''} aria-sort={order.column !== i ? 'none' : order.down ? 'descending' : 'ascending'}>
                  <button type="button" onClick={() => sort(i)}>
                    {name.replaceAll('_', ' ')}
                    {order.column === i ? (order.down ? <ArrowDown size={12} /> : <ArrowUp size={12} />) : null}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {visible.map((row, r) => (
              <tr key={r}>
                {row.cells.map((cell, i) => (
                  <td key={i} className={numeric[i] ? 'sx-numeric' : ''}>
                    <Cell value={cell} link={i === 0 ? row.link : null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>}
      {props.shown < props.total && !failed ? (
        <p className="sx-note">The first {props.shown.toLocaleString('en')} rows can be paged here; the file holds all {count}.</p>
      ) : null}
      {pages > 1 ? (
        <footer>
          <button type="button" aria-label="Previous page" disabled={page === 0} onClick={() => setPage(page - 1)}><ChevronLeft size={16} /></button>
          <span className="sx-page">{(page * PAGE + 1).toLocaleString('en')}-{Math.min((page + 1) * PAGE, sorted.length).toLocaleString('en')} of {sorted.length.toLocaleString('en')}</span>
          <button type="button" aria-label="Next page" disabled={page >= pages - 1} onClick={() => setPage(page + 1)}><ChevronRight size={16} /></button>
        </footer>
      ) : null}
    </section>
  );
}
