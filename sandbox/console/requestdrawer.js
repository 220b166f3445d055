// One call: what decided, what was asked, what was answered.

import { asCurl } from './curl.js';
import { Badge, Code, Copy, CopyLine, Drawer, Facts, Failed, html, Icon, Loading, setQuery, Tabs, useData, useState } from './kit.js';

export function CallDrawer({ number }) {
  const { data, error } = useData(`requests?call=${encodeURIComponent(number)}`);
  const [chosen, setChosen] = useState('');
  const close = () => {
    setQuery({ call: '' });
    requestAnimationFrame(() => document.querySelector(`[data-call="${CSS.escape(number)}"]`)?.focus());
  };
  const actions = data?.request && html`<${Copy} label="Copy as curl" text=${() => asCurl(data)} />`;
  return html`
    <${Drawer} title=${data ? data.operation : `Call ${number}`} actions=${actions} onClose=${close}>
      ${error && html`<${Failed} error=${error} />`}
      ${!data && !error && html`<${Loading} />`}
      ${data && html`<${Shown} of=${data} chosen=${chosen} choose=${setChosen} />`}
    <//>`;
}

function Shown({ of, chosen, choose }) {
  const tabs = [of.decision && ['decision', 'Decision'], of.request && ['request', 'Request'], of.answer && ['answer', 'Answer']].filter(Boolean);
  const open = tabs.some(([id]) => id === chosen) ? chosen : tabs[0]?.[0];
  return html`
    <div class="call-summary">
      <p><${Badge} tone=${of.status >= 400 ? 'bad' : 'good'}>${of.status}<//> ${of.denied && html`<${Badge} tone="bad"><${Icon} name="denied" />denied<//>`} <span class="muted">${of.service} · ${of.time.slice(11, 23)} UTC · ${of.durationMs.toFixed(1)} ms</span></p>
      ${of.denied && !of.decision && html`<p class="callout">${of.reason}</p>`}
      ${of.fault && html`<${Code} name="Fault" text=${of.fault} />`}
      <${Facts} of=${[['Caller', of.caller ?? 'anonymous'], ['Request id', of.requestId && html`<code>${of.requestId}</code>`]]} />
    </div>
    ${tabs.length === 0
      ? html`<p class="muted">It came by no request of its own.</p>`
      : html`<div><${Tabs} label="Of this call" tabs=${tabs} open=${open} onOpen=${choose}>
          ${open === 'decision' && html`<${Decision} of=${of.decision} />`}
          ${open === 'request' && html`<${Message} of=${of.request} name="Request" />`}
          ${open === 'answer' && html`<${Message} of=${of.answer} name="Answer" />`}
        <//></div>`}`;
}

function Decision({ of }) {
  const deciding = of.statements.filter(({ decides }) => decides);
  const close = of.statements.filter(({ closest }) => closest);
  const others = of.statements.filter((one) => !deciding.includes(one) && !close.includes(one));
  return html`
    <div class="decision">
      <p class="verdict ${of.decision}"><${Icon} name=${of.decision === 'allow' ? 'check' : 'denied'} />${of.decision === 'allow' ? 'Allowed' : 'Denied'}: ${of.why}</p>
      <${Facts} of=${[['Action', html`<code>${of.action}</code>`], ['Resource', html`<code>${of.resource}</code>`], ['Principal', of.principal]]} />
      ${deciding.length > 0 && html`<section><h3>What decides</h3>${deciding.map((one) => html`<${Statement} key=${one.name} of=${one} open />`)}</section>`}
      ${close.length > 0 && html`<section><h3>What comes closest</h3>${close.map((one, at) => html`<${Statement} key=${one.name} of=${one} open=${deciding.length === 0 && at === 0} />`)}</section>`}
      ${others.length > 0 && html`<details class="more" open=${others.length === of.statements.length}><summary>${others.length} ${others.length === of.statements.length ? '' : 'other '}statements were asked</summary>${others.map((one) => html`<${Statement} key=${one.name} of=${one} />`)}</details>`}
      <details class="more"><summary>${of.keys.length} condition keys</summary><${Facts} of=${of.keys.map(({ name, values }) => [name, html`<code>${values.join(', ')}</code>`])} /></details>
    </div>`;
}

const Statement = ({ of, open = false }) => html`
  <details class="statement card" open=${open}>
    <summary><${Icon} name="next" /><span>${of.name}</span><${Badge} tone=${of.effect === 'Deny' ? 'bad' : 'good'}>${of.effect}<//></summary>
    <div><p class="muted small">${of.kind}${of.failed && html`; its ${of.failed} does not match: ${of.why}`}</p><${Code} name="Statement" text=${of.document} /></div>
  </details>`;

/** The document in a request of GraphQL, which JSON has on one line. */
function graphQLOf(body) {
  try {
    const { query } = JSON.parse(body);
    return typeof query === 'string' ? query.trim() : undefined;
  } catch {
    return undefined;
  }
}

const Message = ({ of, name }) => html`
  <div class="message">
    ${of.url && html`<${CopyLine} text=${`${of.method} ${of.url}`} name="Copy the address" />`}
    <section><h3>Headers</h3><dl class="headers">${of.headers.map((header, at) => html`<div key=${at}><dt>${header.name}</dt><dd class=${header.hidden ? 'muted' : ''}>${header.value}</dd></div>`)}</dl></section>
    <section><h3>Body</h3>
      ${graphQLOf(of.body) && html`<${Code} name="GraphQL" text=${graphQLOf(of.body)} />`}
      ${of.body ? html`<${Code} name="${name} body" text=${of.body} />` : html`<p class="muted">${of.size === 0 ? 'None.' : `${of.size.toLocaleString('en')} octets, which are no text.`}</p>`}
      ${of.body && of.cut && html`<p class="muted small">The beginning of ${of.size.toLocaleString('en')} octets.</p>`}
    </section>
  </div>`;
