// Buckets, their folders and files, and who may do what with a file.

import { Badge, Copy, Drawer, Empty, Facts, Failed, Head, html, Icon, Loading, setQuery, Tabs, to, useData, useState } from './kit.js';
import { bytes, date, last, size } from './words.js';

const pathOf = (query) => to('files', query).slice(to('').length);

export default function Files({ query }) {
  const { data, error, again } = useData(pathOf({ bucket: query.bucket, prefix: query.prefix, after: query.after }));
  return html`
    ${query.bucket && html`<p class="crumb"><a href=${to('files')}>Buckets</a></p>`}
    <${Head} title=${query.bucket ?? 'Files'} about=${query.bucket ? undefined : 'What S3 keeps, in folders as its keys have them.'} />
    ${query.bucket && html`<${Crumbs} query=${query} />`}
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} />`}
    ${data && !query.bucket && html`<${Buckets} of=${data.buckets} />`}
    ${data?.bucket && html`<${Folder} data=${data} query=${query} />`}
    ${query.key && html`<${File} key=${`${query.bucket} ${query.key}`} query=${query} />`}`;
}

const Buckets = ({ of }) => (of.length === 0
  ? html`<${Empty} icon="files" title="No bucket yet"><p>Deploy a stack with an AWS::S3::Bucket.</p><//>`
  : html`<ul class="rows" aria-label="Buckets">${of.map((bucket) => html`
      <li key=${bucket.name}><a class="row" data-row href=${to('files', { bucket: bucket.name })}><${Icon} name="files" /><span class="row-main"><strong>${bucket.name}</strong><small>made ${date(bucket.created)}</small></span><${Icon} name="next" /></a></li>`)}</ul>`);

function Crumbs({ query }) {
  const parts = (query.prefix ?? '').split('/').slice(0, -1);
  return html`
    <nav class="crumbs" aria-label="Folder"><ol>
      <li><a href=${to('files', { bucket: query.bucket })} aria-current=${parts.length === 0 ? 'true' : undefined}>All</a></li>
      ${parts.map((part, at) => html`<li key=${at}><a href=${to('files', { bucket: query.bucket, prefix: `${parts.slice(0, at + 1).join('/')}/` })} aria-current=${at === parts.length - 1 ? 'true' : undefined}>${part || '(no name)'}</a></li>`)}
    </ol></nav>`;
}

/** A folder's name; one between two slashes, or before the first, has none. */
const nameOf = (folder) => (/(^|\/)\/$/.test(folder) ? '(no name)/' : last(folder));

function Folder({ data, query }) {
  const at = { bucket: query.bucket, prefix: query.prefix };
  if (data.folders.length + data.files.length === 0) {
    return html`<p class="none">${query.prefix ? 'Nothing is in this folder.' : 'The bucket is empty.'}</p>`;
  }
  return html`
    <ul class="rows" aria-label="Folders and files">
      ${data.folders.map((folder) => html`<li key=${folder}><a class="row" data-row href=${to('files', { bucket: query.bucket, prefix: folder })}><${Icon} name="files" /><span class="row-main"><strong>${nameOf(folder)}</strong></span><${Icon} name="next" /></a></li>`)}
      ${data.files.map((file) => html`
        <li key=${file.key}><a class="row" data-row aria-current=${query.key === file.key ? 'true' : undefined} href=${to('files', { ...at, after: query.after, key: file.key })}>
          <${Icon} name="page" /><span class="row-main"><strong>${last(file.key) || file.key}</strong></span><span class="muted small number row-end">${bytes(file.size)}</span><time class="muted small row-late" datetime=${file.modified}>${date(file.modified)}</time></a></li>`)}
    </ul>
    ${(data.next || query.after) && html`<p class="paging">${query.after && html`<a class="button" href=${to('files', at)}>First page</a>`}${data.next && html`<a class="button" href=${to('files', { ...at, after: data.next })}>Next page</a>`}</p>`}`;
}

function File({ query }) {
  const { data, error, again } = useData(pathOf({ bucket: query.bucket, prefix: query.prefix, key: query.key, version: query.version }));
  const file = data?.file;
  const tab = query.tab ?? 'about';
  return html`
    <${Drawer} title=${last(query.key)} onClose=${() => setQuery({ key: '', version: '', tab: '' })}
      actions=${file?.download && html`<a class="icon-button" aria-label="Download" title="Download" href=${file.download} download=${last(query.key)}><${Icon} name="download" /></a>`}>
      ${error && html`<${Failed} error=${error} again=${again} />`}
      ${!data && !error && html`<${Loading} lines=${4} />`}
      ${file && html`
        ${file.preview && html`<div class="preview"><img src=${file.preview} alt=${`What ${last(file.key)} shows`} /></div>`}
        ${!file.version && html`<p class="failed">It was deleted: its latest version is a delete marker.</p>`}
        <div><${Tabs} label="Of this file" open=${tab} onOpen=${(id) => setQuery({ tab: id === 'about' ? '' : id })} tabs=${[['about', 'About'], ['who', 'Who may'], ['versions', 'Versions', file.versions.length]]}>
          ${tab === 'about' && html`<${About} of=${file} />`}
          ${tab === 'who' && html`<${WhoMay} of=${file} />`}
          ${tab === 'versions' && html`<${Versions} of=${file} query=${query} />`}
        <//></div>`}
    <//>`;
}

function About({ of }) {
  const version = of.versions.find(({ id }) => id === of.version);
  const pairs = (title, values) => Object.keys(values).length > 0 && html`<section class="part-small"><h3>${title}</h3><${Facts} of=${Object.entries(values)} /></section>`;
  return html`
    <div class="stack">
      <${Facts} of=${[
        ['Key', html`<span class="with-copy"><code>${of.key}</code><${Copy} text=${of.key} name="Copy the key" /></span>`],
        ['Owner', of.owner && html`<a href=${to('users', { user: of.owner })}>${of.owner}</a>`],
        ['Type', of.type], ['Size', version && !version.deleted ? bytes(version.size) : ''], ['Changed', version && date(version.modified)],
        ['Version', of.version && html`<code>${of.version}</code>`], ['ETag', version?.etag && html`<code>${version.etag}</code>`],
      ]} />
      ${pairs('Headers', of.headers)}${pairs('Metadata', of.metadata)}${pairs('Tags', of.tags)}
    </div>`;
}

const verbs = { get: 'read', list: 'list its folder', put: 'put', delete: 'delete' };

function WhoMay({ of }) {
  const [open, setOpen] = useState('');
  const shown = of.who.flatMap((one) => one.may.map((decision) => ({ ...decision, id: `${one.kind} ${one.who} ${decision.do}`, one }))).find(({ id }) => id === open);
  if (of.who.length === 0) {
    return html`<p class="muted">There is no identity pool, so nobody gets credentials.</p>`;
  }
  return html`
    <div class="stack">
      <p class="muted small">What the policies that are deployed say to each request, as it comes over TLS. Nothing is carried out. Choose an answer to see the statement.</p>
      <div class="table" tabindex="0" role="region" aria-label="Who may"><table class="who">
        <thead><tr><th scope="col">Who</th>${Object.keys(verbs).map((verb) => html`<th scope="col">${verb}</th>`)}</tr></thead>
        <tbody>${of.who.map((one) => html`<tr key=${`${one.kind} ${one.who}`}><th scope="row">${one.kind === 'group' ? html`<span class="muted small">group</span> ${one.who}` : one.kind === 'owner' ? html`owner <span class="muted small">${of.owner}</span>` : one.who}</th>
          ${one.may.map((decision) => {
            const id = `${one.kind} ${one.who} ${decision.do}`;
            return html`<td><button type="button" class="verdict ${decision.allowed ? 'good' : 'bad'}" aria-pressed=${String(open === id)} aria-label=${`${one.who}: ${decision.do}: ${decision.allowed ? 'allowed' : 'denied'}`} onClick=${() => setOpen(open === id ? '' : id)}><${Icon} name=${decision.allowed ? 'check' : 'denied'} /></button></td>`;
          })}</tr>`)}</tbody>
      </table></div>
      ${shown && html`
        <section class="verdict-why" aria-live="polite">
          <p><${Badge} tone=${shown.allowed ? 'good' : 'bad'}>${shown.allowed ? 'allowed' : 'denied'}<//> ${shown.one.who} may ${shown.allowed ? '' : 'not '}${verbs[shown.do]}: ${shown.cause}.</p>
          ${shown.by.map((statement) => html`<p key=${statement}><code>${statement}</code></p>`)}
          <details><summary>The whole account</summary><p class="mono small">${shown.text}</p></details>
        </section>`}
      <p class="small"><a href=${to('access')}>The matrix of all areas</a></p>
    </div>`;
}

const Versions = ({ of, query }) => html`
  <ul class="rows" aria-label=${size(of.versions.length, 'version')}>${of.versions.map((version) => html`
    <li key=${version.id}>${version.deleted
      ? html`<div class="row"><span class="row-main"><strong>Delete marker</strong><small><code>${version.id}</code></small></span><time class="muted small" datetime=${version.modified}>${date(version.modified)}</time></div>`
      : html`<a class="row" aria-current=${of.version === version.id ? 'true' : undefined} href=${to('files', { ...query, version: version.id, tab: '' })}>
          <span class="row-main"><strong>${bytes(version.size)}</strong><small><code>${version.id}</code></small></span>${version.latest && html`<${Badge} tone="good">latest<//>`}<time class="muted small" datetime=${version.modified}>${date(version.modified)}</time></a>`}</li>`)}</ul>`;
