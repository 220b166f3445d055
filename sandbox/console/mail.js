// What Cognito and SNS would send by e-mail.

import { Copy, Empty, Failed, Head, html, Icon, Loading, Moment, useData } from './kit.js';

export default function Inbox() {
  const { data, error, again } = useData('mail', { every: 1500 });
  return html`
    <${Head} title="Inbox" about="What Cognito and SNS would send by e-mail. It arrives here by itself, and nothing leaves this machine." />
    ${error && html`<${Failed} error=${error} again=${again} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    ${data?.length === 0 && html`
      <${Empty} icon="mail" title="No mail yet">
        <p>Sign up, ask for a new password, or subscribe an address to a topic: its code or link is here a moment later.</p>
      <//>`}
    ${data && html`<ul class="letters">${data.map((letter, at) => html`<${Letter} key=${data.length - at} letter=${letter} latest=${at === 0} />`)}</ul>`}`;
}

function Letter({ letter, latest }) {
  return html`
    <li class="letter card ${latest ? 'latest' : ''}">
      <div class="letter-code">
        ${letter.code ? html`<code class="code-big">${letter.code}</code><${Copy} text=${letter.code} name="Copy the code ${letter.code}" />` : null}
        ${letter.link ? html`<a class="button primary" href=${letter.link} target="_blank" rel="noreferrer">Confirm<${Icon} name="out" /></a>` : null}
      </div>
      <div class="letter-text">
        <p class="letter-subject">${letter.subject}</p>
        <p class="muted small">to ${letter.to}${letter.username && letter.username !== letter.to ? ` (${letter.username})` : ''} · ${letter.purpose} · ${letter.pool}</p>
      </div>
      <span class="muted small"><${Moment} time=${letter.time} /></span>
    </li>`;
}
