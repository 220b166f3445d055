import { Head, html } from '/_lightbox/console/kit.js';
export default () => html`<${Head} title="Access" about="Soon." />`;
