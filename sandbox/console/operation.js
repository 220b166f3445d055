// What a GraphQL document asks for, told from its text.

/**
 * Whether it is a subscription that a request runs, of the operations in its text. GraphiQL knows too, some time after the last key and once
 * it has the schema: what it knows is of a text before.
 */
export function subscribes({ query, operationName }) {
  // What stands at the top, without texts, comments, arguments and fragments.
  let top = query.replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, ' ');
  for (let before; before !== top;) {
    before = top;
    top = top.replace(/\{[^{}]*\}|\([^()]*\)|\[[^[\]]*\]/g, ' ');
  }
  const operations = [...top.replace(/\bfragment\s+\w+/g, ' ').matchAll(/(?<![@$\w])(query|mutation|subscription)\b\s*(\w*)/g)];
  return operations.some(([, kind, name]) => kind === 'subscription' && (!operationName || name === operationName));
}
