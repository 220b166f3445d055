// Tables: their rows by key and index, and one row to read and edit.

import { ask, Copy, Dialog, Drawer, Empty, Failed, Head, html, Icon, Loading, Segmented, setQuery, to, toast, useData, useEffect, useState } from './kit.js';
import { inCell, keyOf, plainRow, readRow, rowIsPlain, typedRow } from './rows.js';
import { bytes, size } from './words.js';

const pathOf = (query) => to('data', query).slice(to('').length);
const asked = ({ table, index, partition, sort, value, to: until, descending, after }) => ({ table, index, partition, sort, value, to: until, descending, after });

export default function Data({ query }) {
  const { data, error, again } = useData(pathOf(asked(query)));
  const [last, setLast] = useState(null);
  useEffect(() => void (data && setLast(data)), [data]);
  const shown = data ?? (error ? null : last); // what was there stays until there is something else
  const table = shown?.table;
  return html`
    <${Head} title="Data" about="What is in DynamoDB's tables.">
      ${table && html`<button type="button" class="button" onClick=${() => setQuery({ row: 'new' })}>New row</button>`}
    <//>
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!shown && !error && html`<${Loading} />`}
    ${shown?.tables.length === 0 && html`<${Empty} icon="data" title="No table yet"><p>Deploy a stack with an AWS::DynamoDB::Table.</p><//>`}
    ${(table || error) && html`<${Question} key=${`${table?.name} ${query.index ?? ''}`} tables=${shown?.tables ?? last?.tables ?? []} table=${table ?? last?.table} query=${query} />`}
    ${table && html`
      <${Rows} table=${table} rows=${shown.rows} index=${shown.index} query=${query} />
      ${(query.after || shown.next) && html`<p class="paging">${query.after && html`<a class="button" href=${to('data', { ...asked(query), after: '' })}>First page</a>`}${shown.next && html`<a class="button" href=${to('data', { ...asked(query), after: shown.next })}>Next page</a>`}</p>`}
      ${query.row && html`<${Row} key=${`${table.name} ${query.row}`} table=${table} named=${query.row} onChanged=${again} />`}`}`;
}

const sorts = [['', 'any'], ['=', 'is'], ['begins_with', 'begins with'], ['between', 'is between'], ['<', 'is before'], ['<=', 'is at most'], ['>', 'is after'], ['>=', 'is at least']];

/** Which table, by which key, and which part of it. */
function Question({ tables, table, query }) {
  const key = table?.indexes.find(({ name }) => name === query.index)?.key ?? table?.key ?? [];
  const [partition, setPartition] = useState(query.partition ?? '');
  const [sort, setSort] = useState(query.sort ?? '');
  const [value, setValue] = useState(query.value ?? '');
  const [until, setUntil] = useState(query.to ?? '');
  const send = (event) => {
    event.preventDefault();
    const ranged = partition && sort && key[1];
    setQuery({ partition, sort: ranged ? sort : '', value: ranged ? value : '', to: ranged && sort === 'between' ? until : '', after: '', row: '', descending: partition ? query.descending : '' });
  };
  const field = (label, text, set, kind) => html`<label class="field-label">${label}<input class="field" type="text" inputmode=${kind === 'N' ? 'decimal' : undefined} autocomplete="off" spellcheck="false" value=${text} onInput=${(event) => set(event.target.value)} /></label>`;
  return html`
    <form class="question" onSubmit=${send}>
      <label class="field-label">Table<select value=${table?.name} onChange=${(event) => setQuery({ ...asked({}), table: event.target.value, index: '', partition: '', sort: '', value: '', to: '', descending: '', after: '', row: '' })}>${tables.map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
      ${table && html`
        <label class="field-label">By<select value=${query.index ?? ''} onChange=${(event) => setQuery({ index: event.target.value, partition: '', sort: '', value: '', to: '', descending: '', after: '', row: '' })}>
          <option value="">the key: ${table.key.map(({ name }) => name).join(', ')}</option>
          ${table.indexes.map((one) => html`<option value=${one.name}>${one.name}: ${one.key.map(({ name }) => name).join(', ')}</option>`)}
        </select></label>
        ${field(`${key[0].name} is`, partition, setPartition, key[0].kind)}
        ${key[1] && html`<label class="field-label">${key[1].name}<select value=${sort} disabled=${!partition} onChange=${(event) => setSort(event.target.value)}>${sorts.map(([id, text]) => html`<option value=${id}>${text}</option>`)}</select></label>
          ${sort && partition && field(key[1].kind === 'N' ? 'number' : 'text', value, setValue, key[1].kind)}
          ${sort === 'between' && partition && field('and', until, setUntil, key[1].kind)}`}
        <button type="submit" class="button primary">Query</button>
        ${query.partition && html`<a class="button" href=${to('data', { table: query.table, index: query.index })}>All rows</a>`}
        ${query.partition && key[1] && html`<label class="check"><input type="checkbox" checked=${query.descending === '1'} onChange=${(event) => setQuery({ descending: event.target.checked ? '1' : '', after: '' })} /> the last first</label>`}`}
    </form>`;
}

const mostColumns = 8;

function Rows({ table, rows, index, query }) {
  const of = table.indexes.find(({ name }) => name === index);
  const keys = [...new Set([...(of?.key ?? table.key), ...table.key].map(({ name }) => name))];
  const others = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !keys.includes(name)).sort();
  const columns = [...keys, ...others].slice(0, Math.max(mostColumns, keys.length));
  const left = keys.length + others.length - columns.length;
  return html`
    <p class="muted small about-rows">${size(table.rows, 'row')} in the table, ${bytes(table.bytes)}, ${query.partition ? `${rows.length} of this partition on this page` : `${rows.length} on this page`}${table.stream && html` · a stream of ${table.stream.toLowerCase().replaceAll('_', ' ')}`}${of && of.projection !== 'ALL' && html` · the index has ${of.projection === 'KEYS_ONLY' ? 'keys only' : 'some attributes'}`}${left > 0 && ` · ${left} more attributes in the rows`}</p>
    ${rows.length === 0 ? html`<p class="none">${query.partition ? 'No row has such a key.' : query.after ? 'No more rows.' : 'The table is empty.'}</p>` : html`
      <div class="table rows-table" tabindex="0" role="region" aria-label="Rows"><table>
        <thead><tr>${columns.map((name) => html`<th scope="col" class=${keys.includes(name) ? 'is-key' : ''}>${name}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => {
          const named = keyOf(table, row);
          return html`<tr key=${named} aria-current=${query.row === named ? 'true' : undefined}>${columns.map((name, at) => {
            const text = inCell(row[name]);
            return at === 0 ? html`<th scope="row"><a data-row href=${to('data', { ...query, row: named })}>${text || '(empty)'}</a></th>` : html`<td title=${text.length > 40 ? text.slice(0, 400) : undefined}>${text}</td>`;
          })}</tr>`;
        })}</tbody></table></div>`}`;
}

/** The question for one row, by the values of its key. */
function questionOf(table, named) {
  try {
    const [partition, value] = JSON.parse(named);
    return { table: table.name, partition, ...(value === undefined ? {} : { sort: '=', value }) };
  } catch {
    return { table: table.name, partition: named };
  }
}

function Row({ table, named, onChanged }) {
  const isNew = named === 'new';
  const { data, error, again } = useData(isNew ? null : pathOf(questionOf(table, named)));
  const close = () => setQuery({ row: '' });
  const row = data?.rows[0];
  return html`
    <${Drawer} title=${isNew ? 'New row' : 'Row'} onClose=${close} actions=${row && html`<${Copy} name="Copy the row" text=${() => JSON.stringify(row, null, 2)} />`}>
      ${error && html`<${Failed} error=${error} again=${again} />`}
      ${!isNew && !data && !error && html`<${Loading} lines=${4} />`}
      ${data && !row && html`<p class="none">There is no such row any more.</p>`}
      ${(isNew || row) && html`<${Editor} key=${JSON.stringify(row ?? null)} table=${table} row=${row} again=${again} onChanged=${onChanged} onClose=${close} />`}
    <//>`;
}

const blank = (table) => Object.fromEntries(table.key.map(({ name, kind }) => [name, kind === 'N' ? 0 : '']));

function Editor({ table, row, again, onChanged, onClose }) {
  const asPlain = !row || rowIsPlain(row);
  const write = (kind) => JSON.stringify(kind === 'plain' ? (row ? plainRow(row) : blank(table)) : (row ?? typedRow(blank(table))), null, 2);
  const [kind, setKind] = useState(asPlain ? 'plain' : 'typed');
  const [text, setText] = useState(() => write(asPlain ? 'plain' : 'typed'));
  const [fault, setFault] = useState(null);
  const [asking, setAsking] = useState(false);
  const choose = (one) => {
    setKind(one);
    setText(write(one));
    setFault(null);
  };
  const send = async (body, said) => {
    try {
      const answer = await ask('data', { body: { table: table.name, ...body, ...(row ? { was: row } : {}) } });
      toast(said);
      onChanged();
      return answer;
    } catch (problem) {
      setFault(problem);
      return undefined;
    }
  };
  const save = async (event) => {
    event.preventDefault();
    let now;
    try {
      now = readRow(text, kind);
    } catch (problem) {
      setFault(problem);
      return;
    }
    const answer = await send({ do: 'put', row: now }, row ? 'Saved' : 'Made');
    if (answer) {
      setFault(null);
      if (row) {
        again();
      } else {
        setQuery({ row: keyOf(table, answer.row) });
      }
    }
  };
  const changed = text !== write(kind);
  return html`
    <form class="form editor" onSubmit=${save}>
      <div class="actions">
        ${asPlain ? html`<${Segmented} label="Written" value=${kind} onChange=${choose} options=${[['plain', 'JSON'], ['typed', 'DynamoDB JSON']]} />` : html`<p class="muted small">It has sets, bytes or long numbers, so that it is written as DynamoDB does.</p>`}
      </div>
      <label class="field-label">${row ? 'The row. Its key cannot be changed.' : 'The row, with its key.'}<textarea class="field mono" rows="18" spellcheck="false" autocapitalize="off" value=${text} onInput=${(event) => setText(event.target.value)}></textarea></label>
      ${fault && html`<div class="failed" role="alert"><${Icon} name="warn" /><p>${fault.message}</p>${row && /any more/.test(fault.message) && html`<button type="button" class="button" onClick=${again}>Read again</button>`}</div>`}
      <div class="actions">
        <button type="submit" class="button primary" disabled=${Boolean(row) && !changed}>${row ? 'Save' : 'Make the row'}</button>
        ${changed && row && html`<button type="button" class="button" onClick=${() => choose(kind)}>Undo</button>`}
        ${row && html`<button type="button" class="button danger" onClick=${() => setAsking(true)}>Delete</button>`}
      </div>
      <p class="muted small">${row ? 'What you change is written only if the row is still as it was read.' : 'A row that is there with that key is left as it is.'}</p>
    </form>
    ${asking && html`
      <${Dialog} title="Delete row" onClose=${() => setAsking(false)}>
        <div class="dialog-head"><h2>Delete this row?</h2></div>
        <p class="muted">It is deleted only if it is still as it was read.</p>
        <div class="actions end"><button type="button" class="button" onClick=${() => setAsking(false)}>Cancel</button>
          <button type="button" class="button danger" onClick=${async () => { setAsking(false); if (await send({ do: 'delete' }, 'Deleted')) { onClose(); } }}>Delete</button></div>
      <//>`}`;
}
