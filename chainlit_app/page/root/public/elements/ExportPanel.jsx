// The conversation as files. Each is made when it is asked for.
import { useEffect, useRef, useState } from 'react';
import { Download } from 'lucide-react';

export default function ExportPanel() {
  const [rows, setRows] = useState(false);
  const top = useRef(null);
  useEffect(() => top.current?.focus({ preventScroll: true }), []);
  const at = (url) => apiClient.buildEndpoint(url);

  if (!props.turns) {
    return <p className="sx-export" ref={top} tabIndex={-1}>There is nothing to export yet: ask something first.</p>;
  }
  return (
    <div className="sx-export" ref={top} tabIndex={-1} role="region" aria-label="Export">
      <p>{props.holds}. Secrets are left out.</p>
      <section>
        <a className="sx-run" href={at(props.markdown)} download><Download size={14} aria-hidden="true" /> Markdown</a>
        <p>Reads well in a ticket: questions, answers, what was checked, and the sources with their first rows.</p>
      </section>
      <section>
        <a className="sx-run" href={at(props.json + (rows ? '?rows=all' : ''))} download><Download size={14} aria-hidden="true" /> JSON</a>
        <p>For programs, and for <code>sextant read</code>, which checks it: every call with its arguments, times, and a digest of its rows.</p>
        <label><input type="checkbox" checked={rows} onChange={(event) => setRows(event.target.checked)} /> with all rows ({props.rows.toLocaleString('en')})</label>
      </section>
    </div>
  );
}
