// What is deployed: stacks with their resources, events and outputs.

import { Badge, Code, Copy, CopyLine, Empty, Facts, Failed, Head, html, Icon, Loading, Moment, setQuery, Table, Tabs, to, useData } from './kit.js';

/** The tone of a status of CloudFormation's. */
export const toneOf = (status) => (/FAILED|ROLLBACK/.test(status) ? 'bad' : /IN_PROGRESS/.test(status) ? 'accent' : 'good');

export default function Stacks({ query }) {
  return query.stack ? html`<${Detail} query=${query} />` : html`<${List} />`;
}

function List() {
  const { data, error, again } = useData('stacks', { every: 3000 });
  return html`
    <${Head} title="Stacks" about="What CloudFormation has here, as the real CDK CLI deployed it." />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data?.length === 0 && html`
      <${Empty} icon="stacks" title="Nothing is deployed yet">
        <p>Deploy with the real CDK CLI, by the sandbox's environment:</p>
        <${CopyLine} text=${`eval "$(lightbox sandbox env --http ${document.documentElement.dataset.address})" && npx cdk deploy --all`} />
      <//>`}
    ${data?.length > 0 && html`<ul class="lines">${data.map((stack) => html`
      <li key=${stack.name}><a class="card stack-row" data-row href=${to('stacks', { stack: stack.name })}>
        <span class="stack-name">${stack.name}<small>${stack.description ?? ''}</small></span>
        <${Badge} tone=${toneOf(stack.status)}>${stack.status}<//>
        <span class="muted small">${stack.resources} resources · ${stack.outputs} outputs · ${stack.region}</span>
        <${Icon} name="next" /></a></li>`)}</ul>`}`;
}

function Detail({ query }) {
  const { data, error, again } = useData(`stacks?stack=${encodeURIComponent(query.stack)}`, { every: 3000 });
  const tab = query.tab ?? 'resources';
  return html`
    <p class="crumb"><a href=${to('stacks')}>Stacks</a></p>
    <${Head} title=${query.stack} about=${data?.description}>${data && html`<${Badge} tone=${toneOf(data.status)}>${data.status}<//>`}<//>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data?.reason && html`<p class="failed">${data.reason}</p>`}
    ${data && html`
      <${Tabs} label="Of this stack" open=${tab} onOpen=${(id) => setQuery({ tab: id })} tabs=${[['resources', 'Resources', data.resources.length], ['events', 'Events', data.events.length], ['outputs', 'Outputs', data.outputs.length], ['about', 'About']]}>
        ${tab === 'resources' && html`<${Resources} of=${data.resources} />`}
        ${tab === 'events' && html`<${Events} of=${data.events} />`}
        ${tab === 'outputs' && html`<${Outputs} of=${data.outputs} />`}
        ${tab === 'about' && html`<${Facts} of=${[
          ['Id', html`<code>${data.id}</code>`], ['Region', data.region], ['Created', data.created], ['Updated', data.updated],
          ['Termination protection', data.terminationProtection ? 'on' : 'off'],
        ]} />`}
      <//>`}`;
}

function Resources({ of }) {
  const kinds = Object.entries(Object.groupBy(of, ({ type }) => (type.startsWith('AWS::') ? type.split('::')[1] : 'Custom')));
  return kinds.map(([kind, resources]) => html`
    <section class="kind" key=${kind}><h3>${kind}</h3>
      ${resources.map((resource) => html`
        <details class="resource" key=${resource.logicalId}>
          <summary data-row><${Icon} name="next" /><span class="resource-type">${resource.type.replace(/^(AWS::\w+|Custom)::/, '')}</span><span class="resource-name">${resource.logicalId}<small>${resource.physicalId}</small></span>
            ${resource.status !== 'CREATE_COMPLETE' && resource.status !== 'UPDATE_COMPLETE' && html`<${Badge} tone=${toneOf(resource.status)}>${resource.status}<//>`}</summary>
          <div class="resource-body">
            ${resource.reason && html`<p class="bad">${resource.reason}</p>`}
            ${resource.physicalId && html`<${CopyLine} text=${resource.physicalId} name="Copy the id of ${resource.logicalId}" />`}
            ${resource.properties && html`<${Code} name="Properties of ${resource.logicalId}" text=${resource.properties} />`}
          </div>
        </details>`)}</section>`);
}

const Events = ({ of }) => html`
  <${Table} name="Events" columns=${['Time', 'Status', 'Resource', 'Type']} keys=${of.map(({ time }) => time)} rows=${of.map((event) => [
    html`<${Moment} time=${event.time} />`, html`<${Badge} tone=${toneOf(event.status)}>${event.status}<//>`,
    html`${event.logicalId}${event.reason && html`<small class="reason">${event.reason}</small>`}`, html`<span class="muted">${event.type}</span>`,
  ])} />`;

const Outputs = ({ of }) => of.length === 0
  ? html`<p class="none">This stack puts nothing out.</p>`
  : html`<${Table} name="Outputs" columns=${['Key', 'Value', '']} keys=${of.map(({ key }) => key)} rows=${of.map((output) => [
    html`${output.key}${output.export && html`<small class="reason">exported as ${output.export}</small>`}`, html`<code>${output.value}</code>`, html`<${Copy} text=${output.value} name="Copy ${output.key}" />`,
  ])} />`;
