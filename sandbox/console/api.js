// The GraphQL API: GraphiQL, which asks and subscribes as a guest, as any user or with an API key by the API's front door, and the schema.

import { asking } from './asking.js';
import { Badge, Code, CopyLine, Empty, Failed, Head, html, Loading, Segmented, setQuery, Tabs, to, useData, useEffect, useRef, useState } from './kit.js';

const folder = new URL('./graphiql/', import.meta.url).href;

export default function API({ query }) {
  const { data, error, again } = useData(to('api', { api: query.api }).slice(to('').length));
  const tab = query.tab ?? 'ask';
  return html`
    <${Head} title="API" about=${data?.apis.find(({ id }) => id === data.api)?.name ?? 'GraphQL, as AppSync answers it.'}>
      ${data?.apis.length > 1 && html`<select aria-label="API" value=${data.api} onChange=${(event) => setQuery({ api: event.target.value })}>${data.apis.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select>`}
    <//>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data?.apis.length === 0 && html`<${Empty} icon="api" title="No API yet"><p>Deploy a stack with an AWS::AppSync::GraphQLApi.</p><//>`}
    ${data?.api && html`
      <${Tabs} label="Of this API" open=${tab} onOpen=${(id) => setQuery({ tab: id })} tabs=${[['ask', 'Ask'], ['schema', 'Schema']]}>
        ${tab === 'ask' && html`<${Asking} key=${data.api} of=${data} query=${query} />`}
        ${tab === 'schema' && html`<div class="stack"><${CopyLine} text=${data.url} name="Copy the API's address" /><${Code} name="Schema" text=${data.schema} /></div>`}
      <//>`}`;
}

/** Whom one can ask an API as: [[id, label], …]. */
const callers = (of) => [['guest', 'Guest', of.guests], ['user', 'User', of.pool], ['key', 'API key', of.key]].filter(([, , there]) => there);

function Asking({ of, query }) {
  const as = query.as ?? callers(of)[0]?.[0] ?? 'guest';
  const [said, setSaid] = useState(null);
  return html`
    <div class="caller">
      <${Segmented} label="As whom" value=${as} onChange=${(one) => setQuery({ as: one })} options=${callers(of)} />
      ${as === 'user' && html`<${Chooser} pool=${of.pool} user=${query.user ?? ''} />`}
      <p class="small caller-said" role="status">${said && html`<${Badge} tone=${said.tone}>${said.badge}<//> ${said.text}${said.as && html` <strong>${said.as}</strong>`}`}</p>
    </div>
    <${GraphiQL} of=${of} as=${as} user=${query.user ?? ''} onSaid=${setSaid} />`;
}

function Chooser({ pool, user }) {
  const { data } = useData(to('users', { pool, filter: user }).slice(to('').length));
  return html`
    <label class="chooser"><span class="hidden-text">User</span>
      <input class="field" type="search" list="callers" placeholder="User name" autocomplete="off" autocapitalize="off" spellcheck="false" value=${user} onInput=${(event) => setQuery({ user: event.target.value })} />
      <datalist id="callers">${data?.users.map((one) => html`<option key=${one.name} value=${one.name}>${one.groups.join(', ')}</option>`)}</datalist>
    </label>`;
}

const first = `# Whom this asks as stands above.
# Ctrl Space: what there is.
# Ctrl Enter: ask, or stop a subscription.

`;

function GraphiQL({ of, as, user, onSaid }) {
  const place = useRef(null);
  const caller = useRef(null);
  const [error, setError] = useState(null);
  const [there, setThere] = useState(false);
  caller.current = { as, user };
  useEffect(() => {
    let gone = false;
    let mounted;
    const named = new MutationObserver(() => name(place.current));
    const { fetcher, leave } = asking((more) => ({ api: of.api, ...caller.current, ...more }), (said) => gone || onSaid(said));
    (async () => {
      const [module] = await Promise.all([import(`${folder}graphiql.js`), style()]);
      if (gone) {
        return;
      }
      const properties = { fetcher, schema: module.schemaOf(of.schema), defaultQuery: first, isHeadersEditorEnabled: false, showPersistHeadersSettings: false };
      const show = () => ({ ...properties, forcedTheme: dark() ? 'dark' : 'light' });
      mounted = module.mount(place.current, show());
      named.observe(place.current, { childList: true, subtree: true });
      mounted.again = () => mounted.show(show());
      watch(mounted.again);
      setThere(true);
    })().catch((problem) => gone || setError(problem));
    return () => {
      gone = true;
      leave();
      named.disconnect();
      if (mounted) {
        unwatch(mounted.again);
        mounted.remove();
      }
    };
  }, [of.api]);
  return html`
    ${error && html`<${Failed} error=${error} />`}
    ${!there && !error && html`<${Loading} />`}
    <div class="graphiql-place" ref=${place} hidden=${!there}></div>`;
}

/** Names the fields of its editors, and lets the keyboard into what scrolls: it does neither. */
function name(editors) {
  const names = { 'query-editor': 'Query', 'editor-tool': 'Variables', response: 'Answer' };
  for (const field of editors.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    const at = Object.keys(names).find((part) => field.closest(`.graphiql-${part}`));
    field.setAttribute('aria-label', names[at] ?? 'Text');
  }
  for (const part of editors.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]')) {
    part.tabIndex = 0;
  }
}

/** Its style, once. */
function style() {
  const href = `${folder}graphiql.css`;
  if (document.querySelector(`link[href="${href}"]`)) {
    return undefined;
  }
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error('GraphiQL has no style: the sandbox does not answer.'));
  });
  document.head.prepend(link); // before the console's own
  return loaded;
}

const system = matchMedia('(prefers-color-scheme: dark)');
const dark = () => (document.documentElement.style.colorScheme || (system.matches ? 'dark' : 'light')) === 'dark';
const observers = new Map();

function watch(again) {
  const observer = new MutationObserver(again);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  system.addEventListener('change', again);
  observers.set(again, observer);
}

function unwatch(again) {
  observers.get(again)?.disconnect();
  observers.delete(again);
  system.removeEventListener('change', again);
}
