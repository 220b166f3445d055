import { Head, html } from './kit.js';
export default () => html`<${Head} title="Requests" about="Soon." />`;
