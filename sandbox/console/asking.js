// What GraphiQL asks by: the sandbox, as whoever is chosen.

import { ask } from './ask.js';
import { subscribes } from './operation.js';
import { subscribe } from './subscribe.js';

const refusal = (problem) => ({ errors: [{ message: problem.message }] });
const notAsked = (problem) => ({ tone: 'bad', badge: 'not asked', text: problem.message });

/** What GraphiQL asks by, and leave, which ends a subscription that is open: body(more) is what the sandbox is asked, onSaid is told how it went. */
export function asking(body, onSaid) {
  let stop = null;
  const leave = () => {
    stop?.();
    stop = null;
  };
  const run = async (request) => {
    try {
      const answer = await ask('api', { body: body({ request }) });
      onSaid({ tone: answer.status === 200 ? 'good' : 'bad', badge: answer.status, text: 'asked as', as: answer.as });
      return answer.answer;
    } catch (problem) {
      onSaid(notAsked(problem));
      return refusal(problem);
    }
  };
  const listen = (request) => ({
    subscribe: (observer) => {
      let heard = 0;
      let gone = false;
      const events = () => (heard === 0 ? 'no event yet' : heard === 1 ? '1 event' : `${heard} events`);
      const say = (tone, badge, { as }) => onSaid({ tone, badge, text: `${events()}, as`, as });
      const end = (answer) => {
        stop = null;
        if (answer) {
          observer.next(answer);
        }
        observer.complete();
      };
      ask('api', { body: body({ request, subscribe: true }) }).then((by) => {
        if (gone) {
          return;
        }
        let started = false;
        const close = subscribe(by, {
          started: () => {
            started = true;
            say('good', 'listening', by);
          },
          event: (answer) => {
            heard += 1;
            say('good', 'listening', by);
            observer.next(answer);
          },
          ended: (answer) => {
            say(answer ? 'bad' : '', started ? 'ended' : 'refused', by);
            end(answer);
          },
        });
        stop = () => {
          close();
          say('', 'stopped', by);
        };
      }).catch((problem) => {
        onSaid(notAsked(problem));
        end(refusal(problem));
      });
      return {
        unsubscribe: () => {
          gone = true;
          leave();
        },
      };
    },
  });
  return { fetcher: (request) => (subscribes(request) ? listen(request) : run(request)), leave };
}
