// What resolvers, functions and AppSync wrote to CloudWatch Logs.

import { CopyLine, Empty, Failed, Head, html, Loading, Moment, setQuery, useTail } from './kit.js';

export default function Logs({ query }) {
  const { all: lines, error, again } = useTail('logs', { of: 'id', every: 1500 });
  const groups = [...new Set((lines ?? []).map(({ group }) => group))].sort();
  const words = (query.find ?? '').toLowerCase();
  const found = (lines ?? []).filter(({ group, message }) => (!query.group || group === query.group) && message.toLowerCase().includes(words));
  return html`
    <${Head} title="Logs" about="What resolvers, functions and AppSync wrote to CloudWatch Logs, the newest first." />
    <div class="filters">
      <input type="search" aria-label="Filter by words" placeholder="Filter" value=${query.find ?? ''} onInput=${(event) => setQuery({ find: event.target.value })} />
      <select aria-label="Log group" value=${query.group ?? ''} onChange=${(event) => setQuery({ group: event.target.value })}>
        <option value="">All groups</option>${groups.map((group) => html`<option value=${group}>${group}</option>`)}
      </select>
    </div>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!lines && !error && html`<${Loading} />`}
    ${lines?.length === 0 && html`
      <${Empty} icon="logs" title="No lines yet">
        <p>AppSync writes what goes wrong in a resolver, and functions whatever they print. A terminal shows the same:</p>
        <${CopyLine} text=${`lightbox sandbox logs --http ${document.documentElement.dataset.address}`} />
      <//>`}
    ${lines?.length > 0 && found.length === 0 && html`<p class="none">No line is like that.</p>`}
    <ol class="log-lines">${found.slice(0, 400).map((line) => html`<li key=${line.id}><${Moment} time=${line.time} /><span class="log-group" title=${line.group}>${line.group}</span><code>${line.message}</code></li>`)}</ol>`;
}
