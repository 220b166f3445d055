// Where the tests find what they test. Without settings it is what `make up` starts.

/** The sandbox's own endpoint, with its inbox. */
export const sandboxHTTP = process.env.LIGHTBOX_HTTP ?? '127.0.0.1:4566';

/** Where the sandbox answers for the names of AWS's services. */
export const sandboxHTTPS = process.env.LIGHTBOX_HTTPS ?? '127.0.0.1:8443';

/** The environment that was deployed to it. */
export const environment = process.env.LIGHTBOX_ENV ?? 'dev';

/** What `lightbox outputs` wrote of it. */
export const outputsFile = process.env.LIGHTBOX_OUTPUTS ?? 'out-sandbox/amplify_outputs.json';

/** The origin under which the browser sees the pages: one that the deployment lists among its webOrigins. */
export const base = process.env.LIGHTBOX_SITE ?? 'http://localhost:3000';

/** The port at which the tests serve the pages; the browser takes it for the origin above. */
export const pagesPort = Number(process.env.LIGHTBOX_PAGES_PORT ?? '3900');

/** An origin that the deployment does not list, but the sandbox does (`--origin`); it has the same pages. */
export const foreign = 'http://foreign.localhost:3000';
