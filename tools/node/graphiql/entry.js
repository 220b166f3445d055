// What the console's page of the API takes of GraphiQL: one component, in an element, that asks by a function.
import { GraphiQL } from 'graphiql';
import { buildSchema } from 'graphql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** Puts GraphiQL into an element, or shows it with other properties; returns what does that again. */
export function mount(element, properties) {
  const root = createRoot(element);
  const show = (now) => root.render(createElement(GraphiQL, now));
  show(properties);
  return { show, remove: () => root.unmount() };
}

// AppSync has these besides what a schema says.
// https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
const scalars = ['AWSDate', 'AWSTime', 'AWSDateTime', 'AWSTimestamp', 'AWSEmail', 'AWSJSON', 'AWSPhone', 'AWSURL', 'AWSIPAddress'];

/** The schema of an API of AppSync, by its text. Its directives need not be known. */
export function schemaOf(sdl) {
  const missing = scalars.filter((name) => !new RegExp(`^\\s*scalar\\s+${name}\\b`, 'm').test(sdl));
  return buildSchema(`${sdl}\n${missing.map((name) => `scalar ${name}`).join('\n')}`, { assumeValidSDL: true });
}
