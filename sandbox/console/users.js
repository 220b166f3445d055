// The users of the pools: who they are, and what an administrator does with them.

import { ask, Badge, Copy, Dialog, Drawer, Empty, Facts, Failed, Head, html, Icon, Loading, setQuery, to, toast, useData, useEffect, useState } from './kit.js';
import { date, size } from './words.js';

/** The tone of a status of Cognito's. */
const toneOf = (user) => (!user.enabled ? 'bad' : user.status === 'CONFIRMED' ? 'good' : 'accent');
const statusOf = (user) => (user.enabled ? user.status.toLowerCase().replaceAll('_', ' ') : 'disabled');

export default function Users({ query }) {
  const { data: got, error, again } = useData(`users${ofQuery({ pool: query.pool, filter: query.filter, after: query.after })}`);
  const [last, setLast] = useState(null);
  useEffect(() => void (got && setLast(got)), [got]);
  const data = got ?? last; // what was there stays until there is something else, and the field with the focus in it
  return html`
    <${Head} title="Users" about="Who signed up, and who was made by an administrator.">
      ${data?.pools.length > 1 && html`
        <select aria-label="User pool" value=${data.pool} onChange=${(event) => setQuery({ pool: event.target.value, user: '', after: '', filter: '' })}>
          ${data.pools.map((pool) => html`<option value=${pool.id}>${pool.name}</option>`)}
        </select>`}
    <//>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data?.pools.length === 0 && html`<${Empty} icon="users" title="No user pool yet"><p>Deploy a stack with an AWS::Cognito::UserPool.</p><//>`}
    ${data?.pool && html`<${List} data=${data} query=${query} again=${again} />`}`;
}

/** A query for a path; what is empty is left out. */
function ofQuery(query) {
  const address = to('', query);
  return address.includes('?') ? address.slice(address.indexOf('?')) : '';
}

function List({ data, query, again }) {
  return html`
    <div class="filters">
      <input type="search" aria-label="Users whose name or address begins with" placeholder="Name or address begins with …" value=${query.filter ?? ''} onInput=${(event) => setQuery({ filter: event.target.value, after: '' })} />
      <span class="muted small">${size(data.users.length, 'user')}${data.next || query.after ? ' on this page' : ''}</span>
    </div>
    ${data.users.length === 0 && (query.filter ? html`<p class="none">Nobody's name or address begins so.</p>` : html`
      <${Empty} icon="users" title="Nobody has signed up yet"><p>Sign up in the pages, or <code>make seed</code> for three people.</p><//>`)}
    ${data.users.length > 0 && html`
      <ul class="rows user-rows" aria-label="Users">${data.users.map((user) => html`
        <li key=${user.name}><a data-row class="row" aria-current=${query.user === user.name ? 'true' : undefined} href=${to('users', { ...query, user: user.name })}>
          <span class="row-main"><strong>${user.name}</strong><small>${user.email ?? ''}</small></span>
          <span class="row-tags">${user.groups.map((group) => html`<${Badge} key=${group}>${group}<//>`)}<${Badge} tone=${toneOf(user)}>${statusOf(user)}<//></span>
          <${Icon} name="next" /></a></li>`)}</ul>`}
    <${Paging} query=${query} next=${data.next} />
    ${query.user && html`<${User} key=${`${data.pool} ${query.user}`} pool=${data.pool} name=${query.user} groups=${data.groups} web=${data.web} again=${again} />`}`;
}

const Paging = ({ query, next }) => (query.after || next) && html`
  <p class="paging">${query.after && html`<a class="button" href=${to('users', { ...query, after: '' })}>First page</a>`}${next && html`<a class="button" href=${to('users', { ...query, after: next, user: '' })}>Next page</a>`}</p>`;

function User({ pool, name, groups, web, again }) {
  const { data, error, again: anew } = useData(`users${ofQuery({ pool, user: name })}`);
  const [asking, setAsking] = useState('');
  const close = () => setQuery({ user: '' });
  const user = data?.user;
  const change = async (body, said, wrong = (problem) => toast(problem.message, 'bad')) => {
    try {
      const answer = await ask('users', { body: { pool, user: name, ...body } });
      toast(said);
      again();
      if (body.do !== 'delete') {
        anew();
      }
      return answer;
    } catch (problem) {
      wrong(problem);
      return undefined;
    }
  };
  const open = async () => {
    const tab = globalThis.open('about:blank', '_blank'); // now, while it is what somebody asked for
    const answer = await change({ do: 'open' }, `The pages open as ${name}`);
    if (!answer) {
      tab?.close();
    } else if (tab) {
      tab.opener = null;
      tab.location.replace(answer.url);
    }
  };
  return html`
    <${Drawer} title=${name} onClose=${close}>
      ${error && html`<${Failed} error=${error} again=${anew} />`}
      ${!data && !error && html`<${Loading} lines=${4} />`}
      ${user && html`
        <div class="actions">
          ${web && html`<button type="button" class="button primary" onClick=${open}><span class="cut">Open the pages as ${name}</span><${Icon} name="out" /></button>`}
          ${user.status === 'UNCONFIRMED' && html`<button type="button" class="button" onClick=${() => change({ do: 'confirm' }, 'Confirmed')}>Confirm</button>`}
          <button type="button" class="button" onClick=${() => setAsking('password')}>Set password</button>
          ${user.signIns > 0 && html`<button type="button" class="button" onClick=${() => change({ do: 'signOut' }, 'Signed out everywhere')}>Sign out</button>`}
          <button type="button" class="button" onClick=${() => change({ do: user.enabled ? 'disable' : 'enable' }, user.enabled ? 'Disabled' : 'Enabled')}>${user.enabled ? 'Disable' : 'Enable'}</button>
          <button type="button" class="button danger" onClick=${() => setAsking('delete')}>Delete</button>
        </div>
        <${Facts} of=${[
          ['Status', html`<${Badge} tone=${toneOf(user)}>${statusOf(user)}<//>`],
          ['Second factor', user.mfa ? 'an authenticator app' : 'none'],
          ['Sign-ins', user.signIns === 0 ? 'not signed in' : size(user.signIns, 'sign-in')],
          ['Made', date(user.created)], ['Changed', date(user.modified)],
        ]} />
        <${Groups} of=${user} groups=${groups} change=${change} />
        <section class="part-small"><h3>Attributes</h3>
          <dl class="facts">${user.attributes.map((attribute) => html`
            <div key=${attribute.name}><dt>${attribute.name}</dt><dd class="with-copy"><span>${attribute.value}</span>${['sub', 'email'].includes(attribute.name) && html`<${Copy} text=${attribute.value} name=${`Copy ${attribute.name}`} />`}</dd></div>`)}</dl>
        </section>`}
    <//>
    ${asking === 'password' && html`<${Password} name=${name} change=${change} onClose=${() => setAsking('')} />`}
    ${asking === 'delete' && html`<${Delete} name=${name} onClose=${() => setAsking('')} onDelete=${async () => { if (await change({ do: 'delete' }, 'Deleted')) { close(); } }} />`}`;
}

const Groups = ({ of, groups, change }) => html`
  <fieldset class="part-small"><legend>Groups</legend>
    ${groups.length === 0 && html`<p class="muted">The pool has none.</p>`}
    ${groups.map((group) => {
      const member = of.groups.includes(group.name);
      return html`<label class="check" key=${group.name}><input type="checkbox" checked=${member} onChange=${() => change({ do: member ? 'remove' : 'add', group: group.name }, member ? `Not in ${group.name} any more` : `In ${group.name}`)} />
        <span>${group.name}${group.description && html` <span class="muted small">${group.description}</span>`}</span></label>`;
    })}
    ${groups.length > 0 && html`<p class="muted small">Tokens that the user has don't tell of a change: it holds from the next ones on.</p>`}
  </fieldset>`;

function Password({ name, change, onClose }) {
  const [password, setPassword] = useState('');
  const [temporary, setTemporary] = useState(false);
  const [wrong, setWrong] = useState(null);
  const send = async (event) => {
    event.preventDefault();
    if (await change({ do: 'password', password, temporary }, 'The password is set', setWrong)) {
      onClose();
    }
  };
  return html`
    <${Dialog} title="Set password" onClose=${onClose}>
      <div class="dialog-head"><h2>Set the password of ${name}</h2></div>
      <form class="form" onSubmit=${send}>
        <label class="field-label">Password<input class="field" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" required autofocus value=${password} onInput=${(event) => setPassword(event.target.value)} /></label>
        <label class="check"><input type="checkbox" checked=${temporary} onChange=${(event) => setTemporary(event.target.checked)} /> They have to choose another at the next sign-in</label>
        ${wrong && html`<${Failed} error=${wrong} />`}
        <div class="actions end"><button type="button" class="button" onClick=${onClose}>Cancel</button><button type="submit" class="button primary">Set password</button></div>
      </form>
    <//>`;
}

const Delete = ({ name, onClose, onDelete }) => html`
  <${Dialog} title="Delete user" onClose=${onClose}>
    <div class="dialog-head"><h2>Delete ${name}?</h2></div>
    <p class="muted">The account goes, as AdminDeleteUser takes it. Files and rows of theirs stay.</p>
    <div class="actions end"><button type="button" class="button" onClick=${onClose}>Cancel</button><button type="button" class="button danger" onClick=${() => { onClose(); onDelete(); }}>Delete</button></div>
  <//>`;
