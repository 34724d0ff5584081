import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ConsoleView } from './console-pages.ts';

/** Pages that can follow at once; others are told to ask again. */
const most = 16;
/** So often a connection is used although nothing is new, so that both sides notice its end. Milliseconds. */
const stillThereMs = 20_000;

let open = 0;

interface Followed {
  readonly view: ConsoleView;
  readonly query: URLSearchParams;
  readonly headers: OutgoingHttpHeaders;
}

/**
 * Server-Sent Events: the pulse, whenever it may be new. A reader that is slow gets the newest one when it has taken the one before: nothing
 * waits in memory for it.
 */
export function eventStream(request: IncomingMessage, response: ServerResponse, { view, query, headers }: Followed): void {
  if (open >= most || request.method === 'HEAD') {
    response.writeHead(503, { ...headers, 'retry-after': '10' });
    response.end();
    return;
  }
  open++;
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', connection: 'keep-alive' });
  let isFull = false;
  let isLate = false;
  const send = (): void => {
    if (isFull) {
      isLate = true;
      return;
    }
    isLate = false;
    isFull = !response.write(`data: ${JSON.stringify(view.pulse(query))}\n\n`);
  };
  response.on('drain', () => {
    isFull = false;
    if (isLate) send();
  });
  const unfollow = view.follow(send);
  const timer = setInterval(send, stillThereMs).unref();
  request.once('close', () => {
    open--;
    clearInterval(timer);
    unfollow();
  });
  send();
}
