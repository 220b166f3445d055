// A guest in a process of its own, which smoke.mjs starts: it tells its parent of the products that are published and withdrawn.
import { subscribe } from './backend.mjs';

const published = await subscribe('subscription { onProductPublished { id name } }', {}, 'identityPool');
const withdrawn = await subscribe('subscription { onProductWithdrawn { id wasLive } }', {}, 'identityPool');
process.send({ ready: true });
setInterval(() => {
  for (const events of [published.events, withdrawn.events]) while (events.length > 0) process.send(events.shift());
}, 20);
process.on('disconnect', () => process.exit(0));
