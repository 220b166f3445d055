// Each call that AWS would have got, as it happens.

import { call as toCalls, useCalls } from './calls.js';
import { Badge, Empty, Failed, go, Head, html, humps, Icon, Loading, Moment, Segmented, setQuery, to, useState } from './kit.js';
import { CallDrawer } from './requestdrawer.js';

const shows = [['', 'All'], ['denied', 'Denied'], ['failed', 'Errors']];
const most = 300; // rows at once

/** What a browser asks besides what its page does: preflights, and the credentials to sign with. */
const isAside = ({ operation, service, denied, fault, status }) =>
  !denied && !fault && status < 400 && (operation === 'Preflight' || service === 'cognito-identity' || operation === 'AssumeRoleWithWebIdentity');

/** Who asks, without the session, and without what CloudFormation puts behind the name of a role. */
const whoIs = ({ caller }) => (caller ?? 'anonymous').replace(/^role\//, '').replace(/ as .*$/, '').replace(/-[a-z0-9]{12}$/, '');

/** Why a call was denied, what is said of it elsewhere in its row left out. */
const whyOf = ({ fault, reason }) => {
  const [, resource, why] = /^deny \S+ on (\S+) for .*?: (.*)$/s.exec(reason ?? '') ?? [];
  return fault ?? (why ? `${why} (${resource.replace(/^arn:aws:s3:::/, '')})` : reason);
};

function matches(call, { show, service, caller, status, find = '' }) {
  const text = `${call.service} ${call.operation} ${call.caller ?? 'anonymous'} ${call.status} ${call.requestId} ${call.reason ?? ''}`.toLowerCase();
  return (show !== 'denied' || call.denied) && (show !== 'failed' || call.status >= 400 || call.fault)
    && (!service || call.service === service) && (!caller || whoIs(call) === caller) && (!status || `${Math.floor(call.status / 100)}` === status)
    && find.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The calls, with those aside that stand together as one: [call] or {aside: calls}. */
function folded(calls, fold) {
  const rows = [];
  for (const call of calls) {
    if (fold && isAside(call)) {
      const last = rows.at(-1);
      if (last?.aside) {
        last.aside.push(call);
      } else {
        rows.push({ aside: [call] });
      }
    } else {
      rows.push({ call });
    }
  }
  return rows;
}

export default function Requests({ query }) {
  const { calls, error, live, setLive, clear, again } = useCalls();
  const found = (calls ?? []).filter((call) => matches(call, query));
  const rows = folded(found, query.fold !== 'no');
  return html`
    <${Head} title="Requests" about="Each call that AWS would have got, the newest first. A denied one names the statement that decided, or what came closest.">
      <button type="button" class="button live" aria-pressed=${String(live)} onClick=${() => setLive(!live)}><i class=${live ? 'dot' : 'dot off'}></i>${live ? 'Live' : 'Paused'}</button>
      <button type="button" class="button" onClick=${clear}>Clear</button>
    <//>
    <${Filters} calls=${calls ?? []} query=${query} />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!calls && !error && html`<${Loading} lines=${8} />`}
    ${calls?.length === 0 && !error && html`<${Empty} icon="requests" title="No calls yet"><p>Open a front end, deploy, or ask with AWS's CLI: each call is here the moment it is answered, with who asked and which statement allowed it.</p><//>`}
    ${calls?.length > 0 && rows.length === 0 && html`<p class="none">None of ${calls.length} calls is like that. <button type="button" class="link" onClick=${() => go(to('requests'))}>Show all</button></p>`}
    ${rows.length > 0 && html`
      <div class="calls">
        <div class="call call-heads" aria-hidden="true"><span>Time</span><span>Status</span><span>Service</span><span>Operation</span><span>Caller</span><span class="ms">ms</span></div>
        <ol>${rows.slice(0, most).map((row) => (row.aside ? html`<${Aside} key=${`aside-${row.aside.at(-1).number}`} calls=${row.aside} query=${query} />` : html`<${Row} key=${row.call.number} call=${row.call} query=${query} />`))}</ol>
      </div>
      ${rows.length > most && html`<p class="none">The latest ${most} of ${rows.length}: filter for the others.</p>`}`}
    ${query.call && html`<${CallDrawer} number=${query.call} />`}`;
}

function Filters({ calls, query }) {
  const services = [...new Set(calls.map(({ service }) => service))].sort();
  const callers = [...new Set(calls.map(whoIs))].sort();
  const choice = (name, label, all, options) => html`
    <select aria-label=${label} value=${query[name] ?? ''} onChange=${(event) => setQuery({ [name]: event.target.value })}>
      <option value="">${all}</option>${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
    </select>`;
  const [more, setMore] = useState(false); // on a phone
  return html`
    <div class="filters">
      <input type="search" aria-label="Filter by words" placeholder="Filter  /" value=${query.find ?? ''} onInput=${(event) => setQuery({ find: event.target.value })} />
      <button type="button" class="button" aria-expanded=${String(more)} onClick=${() => setMore(!more)}>Filters</button>
      <${Segmented} label="Which calls" value=${query.show ?? ''} onChange=${(show) => setQuery({ show })} options=${shows} />
      <div class="filters-more ${more ? 'open' : ''}">
        ${choice('service', 'Service', 'All services', services.map((one) => [one, one]))}
        ${choice('caller', 'Caller', 'All callers', callers.map((one) => [one, one]))}
        ${choice('status', 'Status', 'Any status', [['2', '2xx'], ['3', '3xx'], ['4', '4xx'], ['5', '5xx']])}
        <label class="check"><input type="checkbox" checked=${query.fold !== 'no'} onChange=${(event) => setQuery({ fold: event.target.checked ? '' : 'no' })} /> Fold preflights and credentials</label>
      </div>
    </div>`;
}

function Row({ call, query }) {
  const open = query.call === String(call.number);
  const follow = () => query.call && !open && setQuery({ call: call.number }); // the drawer goes along with the keys
  return html`
    <li><a class="call ${call.denied || call.fault ? 'call-bad' : ''}" data-row data-call=${call.number} href=${toCalls(query, call.number)} aria-current=${open ? 'true' : undefined} onFocus=${follow}>
      <span class="call-time"><${Moment} time=${call.time} /></span>
      <span class="call-status"><${Badge} tone=${call.status >= 400 ? 'bad' : 'good'}>${call.status}<//></span>
      <span class="call-service">${call.service}</span>
      <span class="call-operation"><span>${humps(call.operation)}</span>${call.denied && html`<${Badge} tone="bad"><${Icon} name="denied" />denied<//>`}${call.fault && html`<${Badge} tone="bad">fault<//>`}</span>
      <span class="call-caller" title=${call.caller}>${whoIs(call)}</span>
      <span class="ms">${call.durationMs.toFixed(1)}</span>
      ${(call.denied || call.fault) && html`<span class="call-reason">${whyOf(call)}</span>`}
    </a></li>`;
}

function Aside({ calls, query }) {
  const [open, setOpen] = useState(false);
  const preflights = calls.filter(({ operation }) => operation === 'Preflight').length;
  const counted = [[preflights, 'preflight'], [calls.length - preflights, 'call for credentials', 'calls for credentials']].filter(([n]) => n > 0);
  return html`
    <li><button type="button" class="aside" data-row aria-expanded=${String(open)} onClick=${() => setOpen(!open)}><${Icon} name=${open ? 'down' : 'next'} />${counted.map(([n, one, more]) => `${n} ${n === 1 ? one : more ?? `${one}s`}`).join(', ')}</button></li>
    ${open && calls.map((call) => html`<${Row} key=${call.number} call=${call} query=${query} />`)}`;
}
