/** Where the console answers a question of the command line. */
import assert from 'node:assert/strict';
import { explain } from '../../src/cli/commands/explain.ts';
import { queryOf } from '../../src/cli/explain-live.ts';
import { questionOf } from '../../src/cli/explain-question.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { findObject } from '../../src/explain/index.ts';
import type { Model } from '../../src/model/index.ts';
import { objectKey } from '../../src/view/index.ts';

export interface ConsolePlace {
  /** Of the page. */
  readonly url: string;
  readonly view: 'object' | 'request';
  /** Of the view. */
  readonly query: URLSearchParams;
}

/** `ask`: the arguments of `postern explain`, between spaces. */
export function placeOf(ask: string, model: Model): ConsolePlace {
  const question = questionOf(parseArguments(explain, ask.split(' ')));
  if (question.kind === 'object') {
    const named = findObject(question.name, question.namespace, { model, graph: { gateways: new Map() } as never, findings: [] });
    const key = named.kind === 'object' ? objectKey(named.ref) : question.name;
    return { url: `/console/object/${key}`, view: 'object', query: new URLSearchParams({ name: key }) };
  }
  const asked = new URLSearchParams(queryOf(question));
  const headers = asked.getAll('header').join('\n');
  asked.delete('header');
  if (headers !== '') asked.set('headers', headers);
  assert.ok(asked.has('url'));
  return { url: `/console/request?${asked}`, view: 'request', query: new URLSearchParams(asked) };
}
