// The sandbox's clock, which goes forward on demand.

import { ask, CopyLine, Failed, Head, html, Loading, toast, useData, useEffect, useState } from './kit.js';

const steps = [['15m', '15 minutes'], ['1h', '1 hour'], ['25h', '25 hours'], ['168h', '7 days'], ['720h', '30 days']];

export default function Clock() {
  const { data, error, again } = useData('clock', { every: 10_000 });
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(null);
  const move = async (wanted) => {
    setBusy(true);
    try {
      await ask('clock', { body: wanted });
      setWrong(null);
      toast('The clock was moved');
      await again();
    } catch (problem) {
      setWrong(problem);
    }
    setBusy(false);
  };
  return html`
    <${Head} title="Clock" about="Time goes by: tokens and links expire, rows and files end, alarms and schedules have their turn. The clock never goes back; a state that was saved has the clock of then." />
    ${(wrong ?? error) && html`<${Failed} error=${wrong ?? error} />`}
    ${data ? html`<${Shown} of=${data} busy=${busy} move=${move} />` : !error && html`<${Loading} lines=${2} />`}`;
}

function Shown({ of, busy, move }) {
  const now = useTicking(of.now);
  const [at, setAt] = useState('');
  const to = (event) => {
    event.preventDefault();
    move({ to: new Date(`${at}Z`).toISOString().replace('.000Z', 'Z') });
  };
  return html`
    <section class="clock card">
      <p class="clock-time"><time datetime=${now.toISOString()}>${now.toISOString().slice(11, 19)}</time></p>
      <p class="muted">${now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}, UTC</p>
      <p class="muted small">${of.ahead === '0s' ? 'As this machine has it.' : `${of.ahead} ahead of this machine.`}</p>
    </section>
    <section class="part">
      <h2>Forward</h2>
      <div class="buttons">${steps.map(([forward, name]) => html`<button type="button" class="button" disabled=${busy} onClick=${() => move({ forward })}>${name}</button>`)}</div>
    </section>
    <section class="part">
      <h2>To a moment</h2>
      <form class="inline" onSubmit=${to}>
        <label class="field-label">Date and time, UTC<input type="datetime-local" required min=${now.toISOString().slice(0, 16)} value=${at} onInput=${(event) => setAt(event.target.value)} /></label>
        <button class="button primary" disabled=${busy || at === ''}>Go there</button>
      </form>
    </section>
    <section class="part"><h2>In a test</h2><${CopyLine} text=${`lightbox sandbox clock '25 hours' --http ${document.documentElement.dataset.address}`} /></section>`;
}

/** A time that goes on by itself, from what the sandbox said. */
function useTicking(said) {
  const [now, setNow] = useState(new Date(said));
  useEffect(() => {
    const ahead = new Date(said).getTime() - Date.now();
    const tick = () => setNow(new Date(Date.now() + ahead));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [said]);
  return now;
}
