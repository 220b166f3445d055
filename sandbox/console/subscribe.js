// A subscription of AppSync's, as its clients open one: a WebSocket to the API's real-time endpoint, over the sandbox's bridge. AWS's page about it
// stands at GraphQLSubscription in package look.

import { base } from './route.js';

/** base64 in the alphabet of URLs: a subprotocol takes no other. */
const encoded = (header) => btoa(JSON.stringify(header)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const socketTo = ({ url, connect }) =>
  new WebSocket(`ws://${location.host}${base}bridge?url=${encodeURIComponent(url)}`, ['graphql-ws', `header-${encoded(connect)}`]);

/**
 * Opens a subscription by what the sandbox says of it ({url, connect, start, data}) and calls back: started() once it is, event(answer) with each
 * event, and ended(answer) when it is over, with the errors of AppSync as they came. Returns what stops it.
 */
export function subscribe(by, { started, event, ended }) {
  const socket = socketTo(by);
  const id = crypto.randomUUID();
  const send = (message) => socket.send(JSON.stringify(message));
  let over = false;
  const end = (answer) => {
    if (!over) {
      over = true;
      socket.close();
      ended(answer);
    }
  };
  const heard = {
    connection_ack: () => send({ id, type: 'start', payload: { data: by.data, extensions: { authorization: by.start } } }),
    start_ack: started,
    data: event,
    complete: () => end(undefined),
    error: end,
    connection_error: end,
  };
  socket.onopen = () => send({ type: 'connection_init' });
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (!over) {
      heard[type]?.(payload); // ka only says that it is alive
    }
  };
  socket.onclose = ({ code, reason }) => end({ errors: [{ message: `The connection was closed: ${reason || code}` }] });
  return () => {
    over = true;
    if (socket.readyState === WebSocket.OPEN) {
      send({ id, type: 'stop' });
    }
    socket.close();
  };
}
