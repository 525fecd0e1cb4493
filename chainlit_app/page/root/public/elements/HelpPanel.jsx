// What /help says. A question is asked with a click, a command runs with one.
import { useEffect, useRef } from 'react';
import { CornerDownRight } from 'lucide-react';
import { useChatData } from '@chainlit/react-client';

const run = (name) => window.postMessage({ sextant: 'run', text: `/${name}` }, location.origin);

export default function HelpPanel() {
  const { loading, connected } = useChatData();
  const top = useRef(null);
  useEffect(() => top.current?.focus({ preventScroll: true }), []);

  return (
    <div className="sx-help" ref={top} tabIndex={-1} role="region" aria-label="Help">
      {props.unknown ? <p className="sx-alert" role="alert">{props.unknown}</p> : null}
      <h3>Ask</h3>
      <p>Ask in plain words about sites, prefixes, addresses, devices, interfaces, VLANs and circuits. For example:</p>
      <ul className="sx-questions">
        {props.questions.map((question) => (
          <li key={question}>
            <button type="button" disabled={loading || !connected} onClick={() => sendUserMessage(question)}>
              <CornerDownRight size={13} aria-hidden="true" /> {question}
            </button>
          </li>
        ))}
      </ul>
      <h3>Commands</h3>
      <dl>
        {props.commands.map(({ name, does }) => (
          <div key={name}>
            <dt><button type="button" className="sx-command" onClick={() => run(name)}>/{name}</button></dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <h3>Keys</h3>
      <dl>
        {props.keys.map(([key, does]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>
        ))}
      </dl>
      <h3>Which data you see</h3>
      <dl>
        {props.data.map(([name, what]) => (
          <div key={name}><dt>{name}</dt><dd>{what}</dd></div>
        ))}
      </dl>
      <h3>Limits</h3>
      <ul className="sx-limits">{props.limits.map((line) => <li key={line}>{line}</li>)}</ul>
    </div>
  );
}
