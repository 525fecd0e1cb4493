// The tools, by server: what each does and takes, an example, and a form that runs one without a model.
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { ChevronDown, ChevronRight, Play } from 'lucide-react';
import { useRecoilState } from 'recoil';
import { sideViewState, useChatData, useChatInteract } from '@chainlit/react-client';

const NARROW = 768;
// What is filled in outlives the panel: Chainlit closes it when an answer brings elements, and it is opened again.
const memory = (window.sextantCatalogue ??= { values: {} });
const said = (value) => (Array.isArray(value) ? value.join(', ') : value === true ? 'yes' : value === false ? 'no' : String(value));

// At the end of the turn, unless its reader has closed it meanwhile.
function openAgain(view, setSide) {
  let waiting = [];
  const stop = () => {
    waiting.forEach(clearTimeout);
    removeEventListener('sextant-answered', answered);
    document.removeEventListener('click', closed, true);
  };
  const answered = () => {
    // More than once: on a slow machine the last elements are drawn after the turn has ended.
    waiting = [50, 500, 1500, 4000].map((wait) => setTimeout(() => setSide((now) => {
      memory.tried = !now; // the focus is elsewhere by now
      return now ?? view;
    }), wait));
    removeEventListener('sextant-answered', answered);
    waiting.push(setTimeout(stop, 4100));
  };
  const closed = (event) => event.target.closest?.('#side-view-title button') && stop();
  addEventListener('sextant-answered', answered);
  document.addEventListener('click', closed, true);
}

// The question of such a turn; the server says the same of the same call.
function question(tool, given) {
  const all = Object.entries(given).map(([name, value]) => `${name}: ${said(value)}`).join(', ');
  return `Tried ${tool}${all ? ` (${all})` : ''}`;
}

function meant(parameter, text) {
  const written = text.trim();
  if (written === '') return undefined;
  if (parameter.kind === 'boolean') return written === 'yes';
  if (parameter.kind === 'integer' || parameter.kind === 'number') return Number(written);
  if (parameter.kind === 'choice') return parameter.choices.find((choice) => String(choice) === written);
  if (parameter.many && written.includes(',')) return written.split(',').map((part) => part.trim()).filter(Boolean);
  return written;
}

function takes(parameter) {
  const kind = { boolean: '', integer: 'a number', number: 'a number', text: parameter.many ? 'with commas for several' : '', choice: '' }[parameter.kind];
  const range = parameter.least != null && parameter.most != null ? `${parameter.least} to ${parameter.most.toLocaleString('en')}` : parameter.least != null ? `from ${parameter.least}` : '';
  const preset = parameter.default != null ? `as it comes: ${said(parameter.default)}` : '';
  return [parameter.required ? 'required' : 'optional', kind, range, preset].filter(Boolean).join(', ');
}

// What is written for a model has its names in backticks.
function Words({ text }) {
  return text.split('`').map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part));
}

function Field({ parameter, value, change, names, id }) {
  const common = { id, value, required: parameter.required, onChange: (event) => change(event.target.value), 'aria-describedby': `${id}-does` };
  const offered = names[parameter.names] ?? [];
  const options = parameter.kind === 'boolean' ? ['yes', 'no'] : parameter.kind === 'choice' ? parameter.choices : null;
  return (
    <div className="sx-argument">
      <label htmlFor={id}>{parameter.name}{parameter.required ? <span aria-hidden="true"> *</span> : null}</label>
      {options ? (
        <select {...common}>
          <option value="">{parameter.required ? 'Choose one' : 'any'}</option>
          {options.map((choice) => <option key={choice} value={String(choice)}>{String(choice).replaceAll('_', ' ')}</option>)}
        </select>
      ) : (
        <input {...common} autoComplete="off" spellCheck={false} list={offered.length ? `${id}-names` : undefined}
          type={parameter.kind === 'text' ? 'text' : 'number'} min={parameter.least ?? undefined} max={parameter.most ?? undefined}
          step={parameter.kind === 'integer' ? 1 : 'any'} />
      )}
      {offered.length ? <datalist id={`${id}-names`}>{offered.map((name) => <option key={name} value={name} />)}</datalist> : null}
      <p id={`${id}-does`}><Words text={parameter.does} /> <span>({takes(parameter)})</span></p>
    </div>
  );
}

function Tool({ tool, names, open, toggle }) {
  const id = useId();
  const [values, setValues] = useState(memory.values[tool.name] ?? {});
  useEffect(() => {
    memory.values[tool.name] = values;
  }, [values]);
  const { loading, connected } = useChatData();
  const { sendMessage } = useChatInteract();
  const [side, setSide] = useRecoilState(sideViewState);

  function run(event) {
    event.preventDefault();
    const given = {};
    for (const parameter of tool.parameters) {
      const value = meant(parameter, values[parameter.name] ?? '');
      if (value !== undefined) given[parameter.name] = value;
    }
    sendMessage({
      threadId: '', name: 'User', type: 'user_message', output: question(tool.name, given),
      metadata: { location: window.location.href, try: { tool: tool.name, arguments: given } },
    });
    if (window.innerWidth < NARROW) setSide(undefined);
    else openAgain(side, setSide);
  }

  const fill = () => setValues(Object.fromEntries(Object.entries(tool.example).map(([name, value]) => [name, said(value)])));
  const example = tool.example && Object.keys(tool.example).length ? tool.example : null;

  return (
    <li className="sx-entry">
      <h4>
        <button type="button" aria-expanded={open} aria-controls={`${id}-body`} onClick={toggle}>
          {open ? <ChevronDown size={15} aria-hidden="true" /> : <ChevronRight size={15} aria-hidden="true" />}
          <span>{tool.title}</span> <code>{tool.name}</code>
        </button>
      </h4>
      <p><Words text={tool.does} /></p>
      {open ? (
        <form id={`${id}-body`} onSubmit={run} aria-label={`Try ${tool.title}`}>
          {example ? (
            <div className="sx-sample">
              <code>{JSON.stringify(example)}</code>
              <button type="button" onClick={fill}>Fill in this example</button>
            </div>
          ) : null}
          {tool.parameters.map((parameter) => (
            <Field key={parameter.name} id={`${id}-${parameter.name}`} parameter={parameter} names={names} value={values[parameter.name] ?? ''}
              change={(value) => setValues((now) => ({ ...now, [parameter.name]: value }))} />
          ))}
          <button type="submit" className="sx-run" disabled={loading || !connected}>
            <Play size={13} aria-hidden="true" /> Try it
          </button>
        </form>
      ) : null}
    </li>
  );
}

export default function ToolCatalogue() {
  const again = memory.key === props.key;
  const [wanted, setWanted] = useState(again ? memory.wanted : props.wanted);
  const [open, setOpen] = useState(again ? memory.open : null);
  const search = useRef(null);
  Object.assign(memory, { key: props.key, wanted, open });

  useEffect(() => {
    if (!memory.tried) search.current?.focus({ preventScroll: true });
    memory.tried = false;
  }, []);

  const servers = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (tool) => {
      const text = [tool.name, tool.title, tool.does, ...tool.parameters.map((one) => one.name)].join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return props.servers.map((server) => ({ ...server, found: server.tools.filter(has) })).filter((server) => server.found.length);
  }, [wanted]);
  const count = servers.reduce((sum, server) => sum + server.found.length, 0);

  if (props.trouble) return <p className="sx-alert" role="alert">{props.trouble}</p>;
  return (
    <div className="sx-catalogue">
      <p>What a model may call to answer you. Try one yourself: its result becomes a source of this conversation, and no model is asked.</p>
      <div className="sx-find">
        <input ref={search} type="search" aria-label="Search the tools" placeholder="Search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        <span role="status">{count === 1 ? '1 tool' : `${count} tools`}</span>
      </div>
      {servers.map((server) => (
        <section key={server.name} aria-label={server.name}>
          <h3>{server.name}</h3>
          <p>{server.does}</p>
          <ul>
            {server.found.map((tool) => (
              <Tool key={tool.name} tool={tool} names={props.names} open={open === tool.name}
                toggle={() => setOpen((now) => (now === tool.name ? null : tool.name))} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
