// All rows of a source: sorted by value, filtered, paged and copied here; their files hold exactly the source.
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  ArrowDown, ArrowUp, ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Columns3, Copy, Download, EllipsisVertical, EyeOff,
  ListFilter, Search, X,
} from 'lucide-react';
import { useChatData } from '@chainlit/react-client';
import {
  DropdownMenu, DropdownMenuCheckboxItem, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';

const PAGE_SIZES = [10, 25, 50, 100, 250];
const ROWS_KEPT_OF = 8; // tables whose rows stay in the browser, so that they need not be fetched at each new question
const ASK_AGAIN = 'These rows are no longer kept. Ask again to see them.';

// Chainlit makes an element anew whenever the page changes around it: what its reader did must be kept outside.
const kept = (window.sextantTables ??= { views: new Map(), rows: new Map() });

// Values

function groups(host) {
  const [head, tail, more] = host.split('::').map((part) => (part ? part.split(':') : []));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const all = [...head, ...Array(Math.max(0, zeros)).fill('0'), ...(tail ?? [])];
  return more === undefined && all.length === 8 && all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all : null;
}

// An address or prefix as hexadecimal digits, which sort and contain one another as text; null for anything else.
function address(text) {
  const [, host, length] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (!host) return null;
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  if (four?.some((byte) => byte > 255)) return null;
  const parts = four ?? (host.includes(':') ? groups(host) : null);
  if (!parts) return null;
  const digits = four ? parts.map((byte) => byte.toString(16).padStart(2, '0')) : parts.map((group) => group.toLowerCase().padStart(4, '0'));
  const bits = four ? 32 : 128;
  const taken = Number(length ?? bits);
  return taken > bits ? null : { digits: (four ? '4' : '6') + digits.join(''), length: taken };
}

const addresses = (cell) => (typeof cell === 'string' ? cell.split(', ').map(address).filter(Boolean) : []);

function within(one, net) {
  const whole = 1 + Math.floor(net.length / 4);
  const rest = net.length % 4;
  if (one.length < net.length || one.digits[0] !== net.digits[0] || one.digits.slice(0, whole) !== net.digits.slice(0, whole)) return false;
  return rest === 0 || parseInt(one.digits[whole], 16) >> (4 - rest) === parseInt(net.digits[whole], 16) >> (4 - rest);
}

const [NUMBER, ADDRESS, TEXT, EMPTY] = [0, 1, 2, 3];
const isEmpty = (cell) => cell === null || cell === undefined || cell === '';

function sortKey(cell) {
  if (isEmpty(cell)) return [EMPTY];
  if (typeof cell !== 'string') return [NUMBER, Number(cell)];
  const first = addresses(cell)[0];
  return first ? [ADDRESS, first.digits + String(first.length).padStart(3, '0')] : [TEXT, cell];
}

const { compare: natural } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a, b, down) {
  if (a[0] === EMPTY || b[0] === EMPTY) return (a[0] === EMPTY) - (b[0] === EMPTY); // empty cells last, either way
  const order = a[0] !== b[0] ? a[0] - b[0] : a[0] === TEXT ? natural(a[1], b[1]) : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  return down ? -order : order;
}

// What a column holds decides how it is shown

const NO_AMOUNT = /\b(vid|vlan|asn|id|number|port|mtu|length|version|position|year|u)\b/;

// Numbers of IPv6 addresses have too many digits to be read, and come as text: 2^64, 7.38e20. Files and copies have them all.
const OF_ADDRESSES = ['addresses', 'used', 'free', 'free addresses'];

function amount(digits) {
  const number = BigInt(digits);
  const bits = number.toString(2);
  if (number > 2n ** 32n && /^10*$/.test(bits)) return `2^${bits.length - 1}`;
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? number.toLocaleString('en') : Number(number).toExponential(2).replace('e+', 'e');
}

function columnOf(name, at, rows) {
  const filled = rows.map((row) => row.cells[at]).filter((cell) => !isEmpty(cell));
  const numeric = filled.length > 0 && filled.every((cell) => typeof cell === 'number');
  const percent = numeric && /percent|%/.test(name);
  const digits = numeric ? Math.max(...filled.slice(0, 1000).map((cell) => (String(cell).split('.')[1] ?? '').length)) : 0;
  const looked = filled.slice(0, 200);
  const coded = looked.filter((cell) => typeof cell === 'string' && /\d/.test(cell) && !/\s(?!\S*[.:/])/.test(cell));
  const form = new Intl.NumberFormat('en', {
    useGrouping: !NO_AMOUNT.test(name), minimumFractionDigits: percent ? Math.min(digits, 2) : 0, maximumFractionDigits: percent ? 2 : 20,
  });
  const many = OF_ADDRESSES.includes(name);
  return {
    at, numeric, percent, label: name.replaceAll('_', ' '), empty: filled.length === 0,
    isAddress: looked.some((cell) => addresses(cell).length > 0),
    code: !numeric && coded.length * 2 >= looked.length,
    said: (cell) => many && /^\d{16,}$/.test(cell) ? amount(cell) : isEmpty(cell) ? '' : cell === true ? 'yes' : cell === false ? 'no' : numeric ? form.format(cell) + (percent ? '%' : '') : String(cell),
  };
}

// Filters: text is contained; a whole prefix finds what lies in it; "> 80" compares numbers

// Read once a row, not at every key: tables have ten thousand of them.
const lower = (row, columns) => (row.lower ??= columns.map((column) => column.said(row.cells[column.at]).toLowerCase()));
const held = (row, at) => ((row.held ??= [])[at] ??= addresses(row.cells[at]));

// What looks like a prefix and is none: 10.0.0.0/99.
const noPrefix = (text) => text.split(/\s+/).find((word) => /^(\d+(\.\d+){3}|[0-9a-f:]*:[0-9a-f:.]*)\/\d+$/i.test(word) && !address(word));

function test(typed, columns) {
  const text = typed.toLowerCase();
  const net = text.includes('/') ? address(text) : null;
  return (row, at) => lower(row, columns)[at].includes(text) || (net !== null && held(row, at).some((one) => within(one, net)));
}

const COMPARED = /^(<=|>=|<|>|=)\s*(-?[\d.]+)\s*%?$/;

function columnTest(typed, column, columns) {
  const [, sign, bound] = (column.numeric && COMPARED.exec(typed.replaceAll(',', ''))) || [];
  if (!sign) return test(typed, columns);
  const limit = Number(bound);
  const passes = { '<': (cell) => cell < limit, '<=': (cell) => cell <= limit, '>': (cell) => cell > limit, '>=': (cell) => cell >= limit, '=': (cell) => cell === limit }[sign];
  return (row, at) => typeof row.cells[at] === 'number' && passes(row.cells[at]);
}

function matching(rows, columns, query, filters) {
  const words = query.trim().split(/\s+/).filter(Boolean).map((word) => test(word, columns));
  const wanted = columns.filter((column) => filters[column.at]?.trim()).map((column) => [column.at, columnTest(filters[column.at].trim(), column, columns)]);
  if (!words.length && !wanted.length) return rows;
  return rows.filter((row) => wanted.every(([at, passes]) => passes(row, at)) && words.every((passes) => columns.some((column) => passes(row, column.at))));
}

// What is pasted into a spreadsheet must not run, and each cell stays on its line

const RUNS = /^[\s\u200b\ufeff]*[=+\-@＝＋－＠]/;
const pasted = (text) => (RUNS.test(text) && Number.isNaN(Number(text)) ? "'" : '') + text.replace(/[\t\r\n]+/g, ' ');

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.body.appendChild(Object.assign(document.createElement('textarea'), { value: text })); // plain http: no clipboard
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not allowed');
}

// Characters that hide, or that turn the text around them, are named instead of obeyed

const UNSEEN = /([\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}])/u;

function Text({ text }) {
  if (!UNSEEN.test(text)) return text;
  const code = (hidden) => `U+${hidden.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return text.split(UNSEEN).map((part, i) => i % 2 ? <span key={i} className="sx-unseen" title={`An invisible character, ${code(part)}`}>{code(part)}</span> : part);
}

function Cell({ column, cell, link }) {
  const said = column.said(cell);
  const share = column.percent && cell >= 0 ? { '--share': `${Math.min(cell, 100)}%` } : undefined;
  const look = [column.numeric && 'sx-numeric', column.code && 'sx-mono', share && 'sx-share'].filter(Boolean).join(' ');
  const text = <Text text={said} />;
  return (
    <td className={look} style={share} title={said.length > 40 || (typeof cell === 'string' && cell !== said) ? String(cell) : undefined}>
      {/^https?:\/\//.test(link ?? '') ? <a href={link} target="_blank" rel="noreferrer">{said ? text : 'open'}</a> : text}
    </td>
  );
}

// Counted when the menu is open, not for every column at every change
const CopyItem = ({ count, copyColumn }) => <DropdownMenuItem onSelect={copyColumn}><Copy /> Copy {count()}</DropdownMenuItem>;

function Header({ column, order, sort, count, copyColumn, hide }) {
  const sorted = order.column === column.at ? (order.down ? 'descending' : 'ascending') : 'none';
  const Arrow = order.down ? ArrowDown : ArrowUp;
  return (
    <th scope="col" className={column.numeric ? 'sx-numeric' : ''} aria-sort={sorted}>
      <div className="sx-head">
        <button type="button" className="sx-sort" onClick={() => sort(sorted === 'none' ? { column: column.at, down: false } : order.down ? { column: -1 } : { column: column.at, down: true })}>
          {column.label}
          {sorted === 'none' ? null : <Arrow size={13} aria-hidden="true" />}
        </button>
        <DropdownMenu modal={false}>
          <DropdownMenuTrigger asChild>
            <button type="button" className="sx-more" aria-label={`Column ${column.label}: copy, hide`}><EllipsisVertical size={14} aria-hidden="true" /></button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="end" className="sx-menu">
            <CopyItem count={count} copyColumn={copyColumn} />
            <DropdownMenuSeparator />
            <DropdownMenuItem onSelect={() => sort({ column: column.at, down: false })}><ArrowUp /> Sort ascending</DropdownMenuItem>
            <DropdownMenuItem onSelect={() => sort({ column: column.at, down: true })}><ArrowDown /> Sort descending</DropdownMenuItem>
            {hide ? <DropdownMenuSeparator /> : null}
            {hide ? <DropdownMenuItem onSelect={hide}><EyeOff /> Hide column</DropdownMenuItem> : null}
          </DropdownMenuContent>
        </DropdownMenu>
      </div>
    </th>
  );
}

function Files({ gone, noticed, filtered }) {
  if (gone) return null;
  const all = `all ${props.total.toLocaleString('en')} ${props.total === 1 ? 'row' : 'rows'} of source [${props.source}]`;
  const check = (url) => fetch(url, { method: 'HEAD' }).then((answer) => answer.status === 404 && noticed());
  return (
    <div className="sx-files" role="group" aria-label="Files of this source">
      <Download size={14} aria-hidden="true" />
      {filtered ? <span className="sx-all">{props.total === 1 ? 'the row' : `all ${props.total.toLocaleString('en')} rows`}:</span> : null}
      {['csv', 'json', 'xlsx'].map((kind) => {
        const url = apiClient.buildEndpoint(props.base + kind);
        return (
          <a key={kind} className={props.exported === kind ? 'sx-file sx-wanted' : 'sx-file'} href={url} download={props.files[kind]}
            title={`Download ${props.files[kind]}: ${all}, whatever is filtered here`} onClick={() => check(url)}>
            {props.exported === kind ? props.files[kind] : kind.toUpperCase()}
          </a>
        );
      })}
    </div>
  );
}

// The reader's setting until the page has been told: composer.js keeps it in this cookie
function pageSize() {
  try {
    const { rows } = JSON.parse(decodeURIComponent(/(?:^|; )sextant-settings=([^;]*)/.exec(document.cookie)[1]));
    return PAGE_SIZES.includes(Number(rows)) ? Number(rows) : props.page_size;
  } catch {
    return props.page_size; // nothing was set
  }
}

const nothing = { page: 0, order: { column: -1 }, query: '', filters: {}, filtering: false, hidden: null, wrap: false };

export default function ResultTable() {
  const [stored, setView] = useState(() => kept.views.get(props.view) ?? nothing);
  const settled = Number(useChatData().chatSettingsValue?.rows) || pageSize(); // of all tables; one can differ
  const view = { size: settled, ...stored };
  const [rows, setRows] = useState(() => kept.rows.get(props.base) ?? null);
  const [trouble, setTrouble] = useState(''); // why there are no rows, or no file of them
  const [tries, setTries] = useState(0);
  const [notice, setNotice] = useState('');
  const scroll = useRef(null);
  const change = (part) => setView((now) => {
    const next = { ...now, ...part };
    kept.views.set(props.view, next);
    return next;
  });

  useEffect(() => {
    if (rows) return;
    fetch(apiClient.buildEndpoint(`${props.base}rows.json`)).then(
      async (answer) => {
        if (!answer.ok) return setTrouble(answer.status === 404 ? ASK_AGAIN : 'These rows could not be read.');
        const all = await answer.json();
        const got = all.rows.map((cells, at) => ({ at, cells, link: all.links[at] }));
        kept.rows.set(props.base, got);
        if (kept.rows.size > ROWS_KEPT_OF) kept.rows.delete(kept.rows.keys().next().value);
        setTrouble('');
        setRows(got);
      },
      () => setTrouble('Sextant does not answer.'),
    );
  }, [props.base, tries]);
  useEffect(() => {
    const timer = notice && setTimeout(() => setNotice(''), 5000);
    return () => clearTimeout(timer);
  }, [notice]);

  const columns = useMemo(() => props.columns.map((name, at) => columnOf(name, at, rows ?? [])), [rows]);
  const hidden = view.hidden ?? (rows ? columns.filter((column) => column.empty && column.at > 0).map((column) => column.at) : []);
  const seen = columns.filter((column) => !hidden.includes(column.at));
  const found = useMemo(() => matching(rows ?? [], columns, view.query, view.filtering ? view.filters : {}), [rows, columns, view.query, view.filters, view.filtering]);
  const sorted = useMemo(() => {
    if (view.order.column < 0) return found;
    const keyed = found.map((row) => [sortKey(row.cells[view.order.column]), row]);
    return keyed.sort(([a], [b]) => compare(a, b, view.order.down)).map(([, row]) => row);
  }, [found, view.order]);

  const pages = Math.max(1, Math.ceil(sorted.length / view.size));
  const page = Math.min(view.page, pages - 1);
  const visible = rows ? sorted.slice(page * view.size, (page + 1) * view.size) : [];
  const turn = (to) => {
    change({ page: to });
    if (scroll.current) scroll.current.scrollTop = 0;
  };
  const number = (count) => count.toLocaleString('en');
  const rowsSaid = (count) => `${number(count)} ${count === 1 ? 'row' : 'rows'}`;
  const filtered = rows !== null && found.length !== rows.length || view.query.trim() !== '';
  const count = filtered ? `${number(found.length)} of ${rowsSaid(rows?.length ?? props.total)} match` : props.rows;

  const typed = [view.query, ...(view.filtering ? Object.values(view.filters) : [])].map(noPrefix).find(Boolean);

  const copied = (text, said) => copy(text).then(() => setNotice(`Copied ${said}`), () => setNotice('The browser did not allow to copy'));
  const values = (column) => sorted.map((row) => row.cells[column.at]).filter((cell) => !isEmpty(cell)).map((cell) => pasted(String(cell)));
  const valuesSaid = (many) => `${number(many)} ${many === 1 ? 'value' : 'values'}`;
  const copyColumn = (column) => {
    const all = values(column);
    copied(all.join('\n'), `${valuesSaid(all.length)} of ${column.label}`);
  };
  const copyRows = () => {
    const lines = sorted.map((row) => seen.map((column) => pasted(isEmpty(row.cells[column.at]) ? '' : String(row.cells[column.at]))).join('\t'));
    copied([seen.map((column) => pasted(column.label)).join('\t'), ...lines].join('\n'), rowsSaid(lines.length));
  };
  const show = (at, on) => change({ hidden: on ? hidden.filter((one) => one !== at) : [...hidden, at] });
  const clear = (event, then) => {
    if (event.key !== 'Escape' || !event.target.value) return;
    event.preventDefault(); // Esc also stops an answer
    then();
  };

  const paged = props.shown > PAGE_SIZES[0];
  const tools = rows !== null && rows.length > 1;
  const sizes = [...new Set([...PAGE_SIZES, view.size])].sort((a, b) => a - b);
  const waiting = rows || trouble ? 0 : Math.min(view.size, props.shown);

  return (
    <section className="sx-table" aria-label={`Table: ${props.title}`} aria-busy={rows === null && !trouble}>
      <header>
        <a className="element-link" href="#" title={`Open source ${props.source}`}>{`[${props.source}]`}</a>
        <span className="sx-title" title={props.title}>{props.title}</span>
        <span className="sx-count" role="status">{rows || !trouble ? count : ''}</span>
        <Files gone={trouble === ASK_AGAIN} noticed={() => setTrouble(ASK_AGAIN)} filtered={filtered} />
      </header>
      {trouble ? (
        <p className="sx-note" role="alert">
          {rows ? 'The files of these rows are no longer kept. Ask again for them.' : trouble}
          {rows || trouble === ASK_AGAIN ? null : <button type="button" className="sx-retry" onClick={() => { setTrouble(''); setTries(tries + 1); }}>Try again</button>}
        </p>
      ) : null}
      {tools ? (
        <div className="sx-with">
          <label className="sx-search">
            <Search size={14} aria-hidden="true" />
            <input type="text" value={view.query} placeholder="Filter: a word, or a prefix for what lies in it" aria-label={`Filter the rows of ${props.title}`} spellCheck={false}
              onChange={(event) => change({ query: event.target.value, page: 0 })} onKeyDown={(event) => clear(event, () => change({ query: '', page: 0 }))} />
            {view.query ? <button type="button" aria-label="Clear the filter" onClick={() => change({ query: '', page: 0 })}><X size={14} aria-hidden="true" /></button> : null}
          </label>
          <span className="sx-said" role="status">{notice}</span>
          <button type="button" aria-pressed={view.filtering} title="A filter for each column" onClick={() => change({ filtering: !view.filtering, page: 0 })}>
            <ListFilter size={14} aria-hidden="true" /> <span>Filters</span>
          </button>
          <DropdownMenu modal={false}>
            <DropdownMenuTrigger asChild>
              <button type="button" title="Choose columns">
                <Columns3 size={14} aria-hidden="true" /> <span>{seen.length === columns.length ? 'Columns' : `${seen.length} of ${columns.length} columns`}</span>
              </button>
            </DropdownMenuTrigger>
            <DropdownMenuContent align="end" className="sx-menu">
              <DropdownMenuLabel>Columns</DropdownMenuLabel>
              {columns.map((column) => (
                <DropdownMenuCheckboxItem key={column.at} checked={!hidden.includes(column.at)} disabled={seen.length === 1 && seen[0] === column}
                  onSelect={(event) => event.preventDefault()} onCheckedChange={(on) => show(column.at, on)}>
                  {column.label}{column.empty ? <span className="sx-quiet">no values</span> : null}
                </DropdownMenuCheckboxItem>
              ))}
              <DropdownMenuSeparator />
              <DropdownMenuCheckboxItem checked={view.wrap} onCheckedChange={(on) => change({ wrap: on })}>Show long text in full</DropdownMenuCheckboxItem>
            </DropdownMenuContent>
          </DropdownMenu>
          <button type="button" title={`Copy ${rowsSaid(sorted.length)} as a spreadsheet takes them`} onClick={copyRows}><Copy size={14} aria-hidden="true" /> <span>Copy</span></button>
        </div>
      ) : null}
      {trouble && !rows ? null : (
        <div className="sx-scroll" ref={scroll} tabIndex={0} role="region" aria-label={`Rows: ${props.title}`}>
          <table className={view.wrap ? 'sx-wrap' : ''}>
            <caption>{props.title}: {count}{sorted.length > view.size ? `, page ${page + 1} of ${number(pages)}` : ''}</caption>
            <thead>
              <tr>
                {seen.map((column) => (
                  <Header key={column.at} column={column} order={view.order} sort={(order) => change({ order, page: 0 })} copyColumn={() => copyColumn(column)}
                    count={() => valuesSaid(values(column).length)} hide={seen.length > 1 ? () => show(column.at, false) : null} />
                ))}
              </tr>
              {view.filtering ? (
                <tr className="sx-filters">
                  {seen.map((column) => (
                    <td key={column.at}>
                      <input type="text" value={view.filters[column.at] ?? ''} aria-label={`Filter ${column.label}`} spellCheck={false}
                        placeholder={column.numeric ? '> 80' : column.isAddress ? '10.0.0.0/8' : 'contains'}
                        onChange={(event) => change({ filters: { ...view.filters, [column.at]: event.target.value }, page: 0 })}
                        onKeyDown={(event) => clear(event, () => change({ filters: { ...view.filters, [column.at]: '' }, page: 0 }))} />
                    </td>
                  ))}
                </tr>
              ) : null}
            </thead>
            <tbody>
              {visible.map((row) => (
                <tr key={row.at}>
                  {seen.map((column) => <Cell key={column.at} column={column} cell={row.cells[column.at]} link={column.at === 0 ? row.link : null} />)}
                </tr>
              ))}
              {Array.from({ length: waiting }, (_, at) => <tr key={at} className="sx-waiting" aria-hidden="true">{seen.map((column) => <td key={column.at}>&nbsp;</td>)}</tr>)}
              {rows && sorted.length === 0 ? <tr><td className="sx-none" colSpan={seen.length}>{typed ? `${typed} is no prefix.` : 'No row matches.'} The filter looks for text as it stands; a whole prefix such as 10.0.0.0/8 finds what lies in it.</td></tr> : null}
            </tbody>
          </table>
        </div>
      )}
      {props.shown < props.total && !(trouble && !rows) ? (
        <p className="sx-note">The first {number(props.shown)} rows can be read here; the files hold all {number(props.total)}.</p>
      ) : null}
      {paged && !(trouble && !rows) ? (
        <footer>
          <label className="sx-size">Rows <select value={view.size} onChange={(event) => change({ size: Number(event.target.value), page: 0 })}>
            {sizes.map((size) => <option key={size} value={size}>{size}</option>)}
          </select></label>
          <span className="sx-page">{sorted.length ? `${number(page * view.size + 1)}-${number(Math.min((page + 1) * view.size, sorted.length))} of ${number(sorted.length)}` : 'none'}</span>
          <span className="sx-turn">
            {pages > 2 ? <button type="button" aria-label="First page" disabled={page === 0} onClick={() => turn(0)}><ChevronFirst size={16} aria-hidden="true" /></button> : null}
            <button type="button" aria-label="Previous page" disabled={page === 0} onClick={() => turn(page - 1)}><ChevronLeft size={16} aria-hidden="true" /></button>
            <button type="button" aria-label="Next page" disabled={page >= pages - 1} onClick={() => turn(page + 1)}><ChevronRight size={16} aria-hidden="true" /></button>
            {pages > 2 ? <button type="button" aria-label="Last page" disabled={page >= pages - 1} onClick={() => turn(pages - 1)}><ChevronLast size={16} aria-hidden="true" /></button> : null}
          </span>
        </footer>
      ) : null}
    </section>
  );
}
