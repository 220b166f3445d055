// What resolvers, functions and AppSync wrote to CloudWatch Logs.

import { ask, CopyLine, Empty, Failed, Head, html, Loading, Moment, setQuery, useEffect, useEvery, useRef, useState } from './kit.js';

const most = 1000;

export default function Logs({ query }) {
  const [lines, setLines] = useState(null);
  const [error, setError] = useState(null);
  const after = useRef('');
  const busy = useRef(false);
  const load = async () => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    try {
      const more = await ask(`logs?after=${encodeURIComponent(after.current)}`);
      const anew = Number(more[0]?.id) <= Number(after.current); // lines of a state that was loaded
      after.current = more.at(-1)?.id ?? after.current;
      setLines((before) => (before && more.length === 0 ? before : [...(anew ? [] : before ?? []), ...more].slice(-most)));
      setError(null);
    } catch (problem) {
      setError(problem);
    }
    busy.current = false;
  };
  useEffect(() => void load(), []);
  useEvery(1500, load);

  const groups = [...new Set((lines ?? []).map(({ group }) => group))].sort();
  const words = (query.find ?? '').toLowerCase();
  const found = (lines ?? []).filter(({ group, message }) => (!query.group || group === query.group) && message.toLowerCase().includes(words)).reverse();
  return html`
    <${Head} title="Logs" about="What resolvers, functions and AppSync wrote to CloudWatch Logs, the newest first." />
    <div class="filters">
      <input type="search" aria-label="Filter by words" placeholder="Filter" value=${query.find ?? ''} onInput=${(event) => setQuery({ find: event.target.value })} />
      <select aria-label="Log group" value=${query.group ?? ''} onChange=${(event) => setQuery({ group: event.target.value })}>
        <option value="">All groups</option>${groups.map((group) => html`<option value=${group}>${group}</option>`)}
      </select>
    </div>
    ${error && html`<${Failed} error=${error} again=${load} />`}
    ${!lines && !error && html`<${Loading} />`}
    ${lines?.length === 0 && html`
      <${Empty} icon="logs" title="No lines yet">
        <p>AppSync writes what goes wrong in a resolver, and functions whatever they print. A terminal shows the same:</p>
        <${CopyLine} text=${`lightbox sandbox logs --http ${document.documentElement.dataset.address}`} />
      <//>`}
    ${lines?.length > 0 && found.length === 0 && html`<p class="none">No line is like that.</p>`}
    <ol class="log-lines">${found.slice(0, 400).map((line) => html`<li key=${line.id}><${Moment} time=${line.time} /><span class="log-group" title=${line.group}>${line.group}</span><code>${line.message}</code></li>`)}</ol>`;
}
