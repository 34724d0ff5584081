import { BlockList } from 'node:net';
import { type AskedRequest, type Filter, headersOfClient, type RequestLook } from '../../ir/index.ts';
import type { Cause } from '../errors.ts';
import { checkedRequest } from '../filter/external-auth/checked-request.ts';
import { compileHeaderEdit } from '../filter/headers/compile.ts';
import { compileRewrite } from '../filter/rewrite/rewrite.ts';
import type { ClientFacts } from '../http1/client-facts.ts';
import { RequestHead } from '../http1/request-head.ts';
import { toOptions } from '../options.ts';

const head = new RequestHead();
const { limits } = toOptions({});

const ofClient: ReadonlySet<string> = new Set(headersOfClient);

const nobody: ClientFacts = {
  address: '127.0.0.1', peer: { address: '127.0.0.1', port: 0 }, scheme: 'http', isTrusted: false,
  trust: { ranges: new BlockList(), hops: 0 }, forwardedLines: '', fallbackHost: '', viaLine: '',
};

/** The request as it would come in on a connection, latin1. */
export function headText({ method, target, host, headers }: AskedRequest): string {
  const lines = headers.map(({ name, value }) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`, 'utf8').toString('latin1');
}

/** Reads a head as those of clients are read. It is good until the next one is read. */
export function readHead(text: string): RequestHead | Cause {
  return head.read(text, 0, limits) ?? head;
}

/** A request after a chain of filters, as the next hop gets it. */
export function lookAfter(text: string, filters: readonly Filter[]): RequestLook {
  const read = readHead(text);
  if (typeof read === 'string') throw new Error(`a head that was read before: ${read}`);
  const requestEdit = compileHeaderEdit(filters, 'request-headers');
  const { method, target, host, fields } = checkedRequest(read, { requestEdit, rewrite: compileRewrite(filters) }, { facts: nobody, context: undefined, version: 'HTTP/1.1', body: Buffer.alloc(0) });
  const own = fields.filter(([name]) => !ofClient.has(name) || requestEdit?.lines.includes(`${name}: `) === true);
  const withheld = requestEdit === undefined ? [] : headersOfClient.filter((name) => !fields.some(([field]) => field === name));
  return { method, target, host, headers: own.map(([name, value]) => ({ name, value: Buffer.from(value, 'latin1').toString('utf8') })), ...(withheld.length === 0 ? {} : { withheld }) };
}
