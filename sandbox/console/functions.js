// Lambda functions: what they are, who had them run and how that ended, and what they wrote.

import { Badge, Code, CopyLine, Empty, Facts, Failed, Head, html, humps, Icon, Loading, Moment, setQuery, Table, Tabs, to, useData } from './kit.js';
import { bytes, date, last, size } from './words.js';

export default function Functions({ query }) {
  return query.function ? html`<${Detail} query=${query} />` : html`<${List} />`;
}

function List() {
  const { data, error, again } = useData('functions', { every: 3000 });
  return html`
    <${Head} title="Functions" about="Lambda functions: the programs that you deployed, run on this machine with the rights of their roles." />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data?.functions.length === 0 && html`<${Empty} icon="functions" title="No function yet"><p>Deploy a stack with an AWS::Lambda::Function of a <code>provided</code> runtime.</p><//>`}
    ${data?.functions.length > 0 && html`<ul class="rows" aria-label="Functions">${data.functions.map((one) => html`
      <li key=${one.name}><a class="row" data-row href=${to('functions', { function: one.name })}>
        <${Icon} name="functions" />
        <span class="row-main"><strong>${humps(one.name)}</strong><small>${one.configuration.Description || `${one.configuration.Runtime}, ${one.configuration.MemorySize} MB, ${one.configuration.Timeout} s`}</small></span>
        <span class="row-tags">${one.running > 0 && html`<${Badge} tone="accent">${one.running} running<//>`}${one.failed > 0 && html`<${Badge} tone="bad">${one.failed} failed<//>`}</span>
        <span class="muted small row-end">${one.invocations === 0 ? 'not invoked' : size(one.invocations, 'invocation')}</span><${Icon} name="next" /></a></li>`)}</ul>`}
    ${data && html`<p class="small after-list">What resolvers and AppSync wrote is in <a href=${to('logs')}>Logs</a>.</p>`}`;
}

function Detail({ query }) {
  const { data, error, again } = useData(`functions?function=${encodeURIComponent(query.function)}`, { every: 3000 });
  const one = data?.functions.find(({ name }) => name === query.function);
  const tab = query.tab ?? 'invocations';
  return html`
    <p class="crumb"><a href=${to('functions')}>Functions</a></p>
    <${Head} title=${query.function} about=${one?.configuration.Description} />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${one && html`
      <${Tabs} label="Of this function" open=${tab} onOpen=${(id) => setQuery({ tab: id })} tabs=${[['invocations', 'Invocations', data.invocations.length], ['log', 'Log'], ['settings', 'Settings']]}>
        ${tab === 'invocations' && html`<${Invocations} of=${data.invocations} one=${one} />`}
        ${tab === 'log' && html`<${Log} of=${data} query=${query} />`}
        ${tab === 'settings' && html`<${Settings} of=${one} />`}
      <//>`}`;
}

/** Who asked, as short as it stays clear; the whole of it is its title. */
function By({ arn }) {
  const kind = /^arn:aws:([a-z-]+):/.exec(arn)?.[1];
  const words = { 'cognito-idp': 'user pool', events: 'rule', dynamodb: 'stream', appsync: 'API', sts: 'session', iam: 'account' };
  const name = kind === 'dynamodb' ? arn.split('/')[1] : kind === 'iam' ? 'the administrator' : last(arn);
  return arn ? html`<span title=${arn}><span class="muted">${words[kind] ?? kind}</span> ${name}</span>` : html`<span class="muted">not known</span>`;
}

const Invocations = ({ of, one }) => of.length === 0
  ? html`<p class="none">It was not invoked since the sandbox runs. What it wrote before is in its log.</p>
      <p class="muted">Invoke it by hand:</p><${CopyLine} text=${`aws lambda invoke --function-name ${one.name} --payload '{}' /dev/stdout`} />`
  : html`<div class="invocations"><${Table} name="Invocations" columns=${['Time', 'Outcome', 'Duration', 'By', 'Request']} keys=${of.map(({ requestId, time }) => requestId + time)} rows=${of.map((run) => [
    html`<${Moment} time=${run.time} />`,
    run.error ? html`<${Badge} tone="bad">failed<//><small class="reason">${run.error}</small>` : html`<${Badge} tone="good">went well<//>`,
    html`<span class="number">${run.durationMs.toFixed(run.durationMs < 10 ? 1 : 0)} ms</span>${run.initMs > 0 && html`<small class="reason">and ${Math.round(run.initMs)} ms to start</small>`}`,
    html`<${By} arn=${run.by} />`,
    html`<a href=${to('functions', { function: one.name, tab: 'log', find: run.requestId })}><code>${run.requestId.slice(0, 8)}</code><span class="hidden-text">: its log</span></a>`,
  ])} /></div>`;

function Log({ of, query }) {
  const words = (query.find ?? '').toLowerCase();
  const found = of.lines.filter(({ message }) => message.toLowerCase().includes(words)).reverse();
  return html`
    <div class="filters"><input type="search" aria-label="Filter by words" placeholder="Filter" value=${query.find ?? ''} onInput=${(event) => setQuery({ find: event.target.value })} /><span class="muted small">${of.group}</span></div>
    ${of.lines.length === 0 && html`<p class="none">It has written nothing yet.</p>`}
    ${of.lines.length > 0 && found.length === 0 && html`<p class="none">No line is like that.</p>`}
    <ol class="log-lines">${found.map((line) => html`<li key=${line.id}><${Moment} time=${line.time} /><code>${line.message}</code></li>`)}</ol>`;
}

function Settings({ of }) {
  const c = of.configuration;
  const variables = Object.entries(c.Environment?.Variables ?? {});
  return html`
    <div class="stack">
      <${Facts} of=${[
        ['Runtime', `${c.Runtime}, ${c.Architectures.join(', ')}`], ['Memory', `${c.MemorySize} MB`], ['Time', `${c.Timeout} s at most`], ['Code', bytes(c.CodeSize)],
        ['Role', html`<code>${last(c.Role)}</code>`], ['Log group', html`<code>${of.logGroup}</code>`], ['Changed', date(c.LastModified)], ['Programs', of.running === 0 ? 'none runs' : size(of.running, 'program')],
      ]} />
      ${variables.length > 0 && html`<section class="part-small"><h3>Environment</h3><${Facts} of=${variables.map(([name, value]) => [name, html`<code>${value}</code>`])} /></section>`}
      <${Code} name="Configuration" text=${c} />
    </div>`;
}
