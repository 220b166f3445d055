// Who may do what, computed from what is deployed: a cell says why.

import { Badge, Code, CopyLine, Drawer, Empty, Failed, Head, html, Icon, Loading, setQuery, Tabs, to, useData } from '/_lightbox/console/kit.js';

export default function Access({ query }) {
  const { data, error, again } = useData('access');
  const environment = data?.find(({ environment: name }) => name === query.environment) ?? data?.[0];
  return html`
    <${Head} title="Access" about="Who may do what, computed from the templates that are deployed here: every policy was asked. A cell says why, and by which statement.">
      ${data?.length > 1 && html`<select aria-label="Environment" value=${environment.environment} onChange=${(event) => setQuery({ environment: event.target.value, as: '' })}>${data.map(({ environment: name }) => html`<option>${name}</option>`)}</select>`}
    <//>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} lines=${8} />`}
    ${data?.length === 0 && html`<${Empty} icon="access" title="Nothing is deployed yet"><p>Deploy the stacks, and their policies are asked here what each may do.</p><//>`}
    ${environment && html`<${Shown} of=${environment} query=${query} />`}`;
}

function Shown({ of, query }) {
  const { columns, matrix } = of;
  const people = columns.filter(({ cells }) => cells !== 'functions');
  const functions = columns.filter(({ cells }) => cells === 'functions');
  const tab = query.tab ?? 'files';
  const tabs = [['files', 'Files', matrix.areas.length], ['fields', 'API', matrix.fields.length], functions.length > 0 && ['functions', 'Functions', functions.length], matrix.exceptions?.length > 0 && ['exceptions', 'Exceptions', matrix.exceptions.length]].filter(Boolean);
  return html`
    <${Tabs} label="Of ${of.environment}" tabs=${tabs} open=${tab} onOpen=${(id) => setQuery({ tab: id, as: '' })}>
      ${tab === 'files' && html`<${Areas} name="Files" of=${of} columns=${people} query=${query} />`}
      ${tab === 'functions' && html`<${Areas} name="Files of functions" of=${of} columns=${functions} query=${query} stays />`}
      ${tab === 'fields' && html`<${Fields} of=${of} query=${query} />`}
      ${tab === 'exceptions' && html`<ul class="lines">${matrix.exceptions.map((one) => html`<li class="card stack-line">${one}</li>`)}</ul>`}
    <//>
    ${query.as && html`<${Why} environment=${of.environment} query=${query} title=${columns.find(({ as, owner }) => as === query.as && (!query.owner || owner === query.owner))?.title ?? query.as} />`}`;
}

const Matrix = ({ name, first, columns, last, children }) => html`
  <div class="table matrix" tabindex="0" role="region" aria-label=${name}><table>
    <thead><tr><th scope="col">${first}</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}${last && html`<th scope="col">${last}</th>`}</tr></thead>
    <tbody>${children}</tbody></table></div>`;

const Nothing = ({ word }) => html`<span class="muted" aria-hidden="true">·</span><span class="hidden-text">${word}</span>`;

/** A cell that opens: what it says, and for who cannot see the table, of what. */
const Cell = ({ ask, label, children, query }) => {
  const open = ['as', 'owner', 'area', 'field'].every((name) => (query[name] ?? '') === (ask[name] ?? ''));
  return html`<a class="cell" href=${to('access', { ...query, as: '', owner: '', area: '', field: '', ...ask })} aria-current=${open ? 'true' : undefined}><span class="hidden-text">${label}: </span>${children}</a>`;
};

function Areas({ name, of, columns, query, stays }) {
  return html`
    <${Matrix} name=${name} first="Files in" columns=${columns} last=${stays && 'Stays'}>
      ${of.matrix.areas.map((area) => html`<tr key=${area.area}><th scope="row"><code>${area.area}</code></th>
        ${columns.map((column) => {
          const verbs = (column.name ? area[column.cells]?.[column.name] : area[column.cells]) ?? null;
          return html`<td>${verbs === null ? html`<span class="muted">–</span>` : html`
            <${Cell} query=${query} ask=${{ environment: of.environment, as: column.as, owner: column.owner, area: area.area }} label="${column.title}, ${area.area}">
              ${verbs.length === 0 ? html`<${Nothing} word="nothing" />` : verbs.map((verb) => html`<${Badge} tone=${verb === 'get' || verb.startsWith('list') ? 'accent' : 'good'}>${verb}<//> `)}
            <//>`}</td>`;
        })}
        ${stays && html`<td>${area.days ? `${area.days} days` : 'for good'}</td>`}</tr>`)}
    <//>`;
}

function Fields({ of, query }) {
  const columns = of.columns.filter(({ field }) => field);
  return html`
    <${Matrix} name="Fields of the API" first="Field" columns=${columns}>
      ${of.matrix.fields.map((field) => html`<tr key=${field.field}><th scope="row"><code>${field.field}</code></th>
        ${columns.map((column) => {
          const may = column.name ? field.groups[column.name] : field[column.field];
          return html`<td><${Cell} query=${query} ask=${{ environment: of.environment, as: column.as, field: field.field }} label="${column.title}, ${field.field}">${may ? html`<span class="yes"><${Icon} name="check" /><span class="hidden-text">yes</span></span>` : html`<${Nothing} word="no" />`}<//></td>`;
        })}</tr>`)}
    <//>`;
}

function Why({ environment, query, title }) {
  const { as, owner, area, field } = query;
  const asked = new URLSearchParams(Object.entries({ environment, as, owner, area, field }).filter(([, value]) => value));
  const { data, error } = useData(`access?${asked}`);
  const command = field ? `lightbox access explain --as ${as} --field ${field}` : `lightbox access explain --as ${as} --owner ${owner} --action get --key ${(area ?? '').replace(/\{.*$/, '')}x`;
  return html`
    <${Drawer} title="${title}: ${field ?? area}" onClose=${() => setQuery({ as: '', owner: '', area: '', field: '' })}>
      ${error && html`<${Failed} error=${error} />`}
      ${!data && !error && html`<${Loading} />`}
      ${data && html`<ul class="lines">${data.map((one) => html`<${Answer} key=${one.asked} of=${one} />`)}</ul>
        <section><h3>In a terminal, of what a synth wrote</h3><${CopyLine} text=${command} /></section>`}
    <//>`;
}

const Answer = ({ of }) => html`
  <li class="card answer">
    <p class="verdict ${of.allowed ? 'allow' : 'deny'}"><${Icon} name=${of.allowed ? 'check' : 'denied'} />${of.asked}</p>
    <p>${of.answer}</p>
    <ul>${of.reasons.map(({ words, source, statements = [] }) => html`
      <li>${words}
        ${source && statements.length === 0 && html`<code>${source}</code>`}
        ${statements.length > 0 && html`<details class="source" open=${of.allowed}><summary><${Icon} name="next" />${source}</summary>${statements.map((one) => html`<${Code} name="Statement" text=${one} />`)}</details>`}</li>`)}</ul>
    ${of.notes.map((note) => html`<p class="muted small">${note}</p>`)}
  </li>`;
