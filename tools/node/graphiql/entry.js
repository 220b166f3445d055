// What the console's page of the API takes of GraphiQL: one component, in an element, that asks by a function.
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** Puts GraphiQL into an element, or shows it with other properties; returns what does that again. */
export function mount(element, properties) {
  const root = createRoot(element);
  const show = (now) => root.render(createElement(GraphiQL, now));
  show(properties);
  return { show, remove: () => root.unmount() };
}
