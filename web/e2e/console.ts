// The pages of the sandbox's console, and what is there when one has read its data.

/** A page: its path below /_lightbox/, its heading, and what it shows of a sandbox that is deployed and seeded. A seldom one is for `make soak`. */
export type ConsolePage = { path: string; heading: string; shows: string; seldom?: true };

export const consolePages: ConsolePage[] = [
  { path: '', heading: 'Overview', shows: '.stack-line' },
  { path: 'requests', heading: 'Requests', shows: 'a.call' },
  { path: 'mail', heading: 'Inbox', shows: '.letter' },
  { path: 'logs', heading: 'Logs', shows: '.empty, .log-lines li' },
  { path: 'stacks', heading: 'Stacks', shows: '.stack-row' },
  { path: 'users', heading: 'Users', shows: '.user-rows li', seldom: true },
  { path: 'users?user=maria', heading: 'Users', shows: '.drawer .facts' },
  { path: 'files', heading: 'Files', shows: '.rows li' },
  { path: 'data', heading: 'Data', shows: '.rows-table tbody tr', seldom: true },
  { path: 'data?row=new', heading: 'Data', shows: '.drawer textarea' },
  { path: 'api', heading: 'API', shows: '.graphiql-query-editor .CodeMirror' },
  { path: 'api?tab=schema', heading: 'API', shows: '.code', seldom: true },
  { path: 'functions', heading: 'Functions', shows: '.rows li', seldom: true },
  { path: 'access', heading: 'Access', shows: '.cell' },
  { path: 'access?tab=fields', heading: 'Access', shows: '.cell' },
  { path: 'clock', heading: 'Clock', shows: '.clock' },
  { path: 'state', heading: 'State', shows: '.empty, .saved' },
];

/** The widths that it is looked at: a phone, a tablet, a desk. */
export const widths = [390, 820, 1440];
