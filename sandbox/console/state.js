// All that the sandbox holds, kept under a name and loaded again.

import { ask, CopyLine, Dialog, Empty, Failed, Head, html, Icon, Loading, toast, useData, useState } from './kit.js';

export default function State() {
  const { data, error, again } = useData('state');
  const [name, setName] = useState('');
  const [loading, setLoading] = useState(''); // the name that is asked about
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(null);
  const change = async (wanted, done) => {
    setBusy(true);
    try {
      await ask('state', { body: wanted });
      setWrong(null);
      toast(done);
      setName('');
      await again();
    } catch (problem) {
      setWrong(problem); // with the name as it was typed
    }
    setBusy(false);
  };
  const save = (event) => {
    event.preventDefault();
    change({ save: name }, `Saved as ${name}`);
  };
  return html`
    <${Head} title="State" about="Users, files, rows, stacks, mail and the clock, kept under a name. A test loads it in a moment, as often as it likes." />
    ${(wrong ?? error) && html`<${Failed} error=${wrong ?? error} />`}
    <form class="inline part" onSubmit=${save}>
      <label class="field-label">Name<input type="text" required pattern="[a-z0-9][a-z0-9\\-]*" maxlength="64" placeholder="seeded" autocomplete="off" value=${name} onInput=${(event) => setName(event.target.value)} /></label>
      <button class="button primary" disabled=${busy}>Save what is there now</button>
    </form>
    ${!data && !error && html`<${Loading} lines=${2} />`}
    ${data?.saved.length === 0 && html`
      <${Empty} icon="state" title="Nothing is saved yet">
        <p>Fill the sandbox as your tests want it, save it once, and load it before each of them:</p>
        <${CopyLine} text=${`lightbox sandbox load seeded --http ${document.documentElement.dataset.address}`} />
      <//>`}
    ${data?.saved.length > 0 && html`<ul class="lines">${data.saved.map((one) => html`
      <li class="card saved" key=${one.name}><${Icon} name="state" /><span class="saved-name">${one.name}</span><span class="muted small">${one.time.slice(0, 16).replace('T', ' ')} by its clock</span>
        <button type="button" class="button" disabled=${busy} onClick=${() => change({ save: one.name }, `Saved over ${one.name}`)}>Save over it</button>
        <button type="button" class="button" disabled=${busy} onClick=${() => setLoading(one.name)}>Load</button></li>`)}</ul>`}
    ${loading && html`
      <${Dialog} title="Load ${loading}" onClose=${() => setLoading('')}>
        <h2>Load ${loading}?</h2>
        <p class="muted">What is there now goes, unless you save it first. Subscriptions end, and clients begin them anew.</p>
        <div class="buttons end"><button type="button" class="button" onClick=${() => setLoading('')}>Keep what is there</button>
          <button type="button" class="button primary" onClick=${() => { setLoading(''); change({ load: loading }, `Loaded ${loading}`); }}>Load</button></div>
      <//>`}`;
}
