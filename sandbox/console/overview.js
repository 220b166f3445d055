// Where everything is, what is deployed, and what just happened.

import { useCalls } from './calls.js';
import { Badge, Copy, CopyLine, Empty, Facts, Failed, Head, html, Icon, Loading, Segmented, to, useData, useState } from './kit.js';
import { toneOf } from './stacks.js';

export default function Overview() {
  const { data, error, again } = useData('', { every: 5000 });
  return html`
    <${Head} title="Overview" about="A local AWS: as strict as the policies that ship, and nothing leaves this machine." />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${data ? html`<${Shown} of=${data} />` : !error && html`<${Loading} />`}`;
}

function Shown({ of }) {
  return html`
    <div class="tiles">
      <${Calls} />
      <${Tile} to="mail" icon="mail" name="Inbox"><${Letters} /><//>
      <${Tile} to="clock" icon="clock" name="Clock"><strong>${of.now.slice(11, 16)}</strong><span>${of.now.slice(0, 10)}, UTC</span><//>
    </div>
    <${Connect} of=${of} />
    <section class="part">
      <h2>Stacks</h2>
      ${of.stacks.length === 0
        ? html`<${Empty} icon="stacks" title="Nothing is deployed yet">
            <p>Deploy with the real CDK CLI, by the sandbox's environment:</p>
            <${CopyLine} text=${`eval "$(lightbox sandbox env --http ${of.http})" && npx cdk deploy --all`} />
          <//>`
        : html`<ul class="lines">${of.stacks.map((stack) => html`<${StackLine} key=${stack.name} stack=${stack} />`)}</ul>`}
    </section>`;
}

const Tile = ({ to: name, icon, name: title, children }) => html`
  <a class="tile card" href=${to(name)}><span class="tile-name"><${Icon} name=${icon} />${title}</span><span class="tile-value">${children}</span></a>`;

function Calls() {
  const { calls = [] } = useCalls();
  const denied = calls.filter((call) => call.denied).length;
  const faults = calls.filter((call) => call.fault).length;
  return html`
    <${Tile} to="requests" icon="requests" name="Requests"><strong>${calls.length}</strong><span>${calls.length === 1000 ? 'kept, the latest' : 'so far'}</span><//>
    <a class="tile card" href=${to('requests', { show: 'denied' })}><span class="tile-name"><${Icon} name="denied" />Denied</span>
      <span class="tile-value"><strong class=${denied ? 'bad' : ''}>${denied}</strong><span>by a policy${faults ? `, ${faults} faults` : ''}</span></span></a>`;
}

function Letters() {
  const { data = [] } = useData('mail', { every: 5000 });
  return data.length === 0 ? html`<strong>0</strong><span>letters</span>` : html`<strong>${data.length}</strong><span>the latest for ${data[0].username || data[0].to}</span>`;
}

// What leads somebody here, by what they have.
const ways = [
  ['front', 'A front end', ({ http }) => [
    ['Before its own scripts, in any browser', `<script src="http://${http}/_lightbox/browser.js"></script>`],
    ['Its settings, of what is deployed now', `lightbox sandbox outputs src --http ${http}`],
  ]],
  ['cli', 'AWS CLI and CDK', ({ http }) => [
    ['All that they need to know', `eval "$(lightbox sandbox env --http ${http})"`],
    ['Then they are as ever', 'npx cdk deploy --all'],
  ]],
  ['test', 'Tests', ({ http }) => [
    ['Keep all that there is, under a name', `lightbox sandbox save seeded --http ${http}`],
    ['And have it back, as often as you like', `lightbox sandbox load seeded --http ${http}`],
  ]],
];

function Connect({ of }) {
  const [way, setWay] = useState('front');
  const [, , lines] = ways.find(([id]) => id === way);
  return html`
    <section class="part connect">
      <div class="part-head"><h2>Connect</h2><${Segmented} label="What connects" value=${way} onChange=${setWay} options=${ways.map(([id, name]) => [id, name])} /></div>
      <div class="connect-body">
        <div class="commands">${lines(of).map(([text, command]) => html`<div><p class="muted">${text}</p><${CopyLine} text=${command} /></div>`)}</div>
        <${Facts} of=${[
          ['Endpoint', html`<code>http://${of.http}</code> <${Copy} text=${`http://${of.http}`} name="Copy the endpoint" />`],
          ['AWS’s names', html`<code>${of.https}</code>, by TLS`],
          ['Front end', of.web && html`<a href="http://${of.web}/" target="_blank" rel="noreferrer">http://${of.web}/</a>`],
          ['Region, account', html`<code>${of.region}</code>, <code>${of.account}</code>`],
          ['Kept in', of.inMemory ? 'memory' : html`<code>${of.data}</code>`],
          ['Certificate', html`<code class="clip" title=${of.caFile}>${of.caFile}</code>`],
        ]} />
      </div>
    </section>`;
}

function StackLine({ stack }) {
  const outputs = Object.entries(stack.outputs).filter(([key]) => !key.startsWith('PublishOutput'));
  return html`
    <li class="card stack-line">
      <div class="stack-line-head"><a href=${to('stacks', { stack: stack.name })}>${stack.name}</a><${Badge} tone=${toneOf(stack.status)}>${stack.status}<//></div>
      ${stack.reason && html`<p class="bad small">${stack.reason}</p>`}
      ${outputs.length > 0 && html`<dl class="outputs">${outputs.map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd><code title=${value}>${value}</code><${Copy} text=${value} name="Copy ${key}" /></dd></div>`)}</dl>`}
    </li>`;
}
