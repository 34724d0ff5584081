import type { RouteTest } from '../../api/index.ts';
import { formatPosition, type FieldPath, type Position } from '../../contract/index.ts';
import { type Asked, readAsked, requestLine } from '../../explain/index.ts';
import type { Model, Modeled } from '../../model/index.ts';

export type Expectation = RouteTest['spec']['cases'][number]['expect'];

/** One request and what is expected of it. */
export interface RouteCase {
  /** `namespace/name` of the RouteTest. */
  readonly test: string;
  readonly name: string;
  readonly written: WrittenRequest;
  /** A sentence where the request can't be read. */
  readonly asked: Asked | string;
  readonly expect: Expectation;
  /** Names without a namespace are of this one. */
  readonly namespace: string;
  readonly position?: Position;
  /** Where a part of the expectation is written. */
  locate(path: FieldPath): Position | undefined;
}

/** A request as the test writes it. */
export interface WrittenRequest {
  /** `GET https://shop.example.com/cart`. */
  readonly request: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The cases of all RouteTests, in the order of the files. */
export function casesIn({ objects }: Model): RouteCase[] {
  const tests = [...objects.RouteTest.values()].sort((a, b) => a.source.order - b.source.order);
  return tests.flatMap((test) => test.object.spec.cases.flatMap((_, index) => casesAt(test, index)));
}

function casesAt(test: Modeled<RouteTest>, index: number): RouteCase[] {
  const { spec } = test.object;
  const { request, requests = [], name, expect, headers = {}, ...rest } = spec.cases[index]!;
  const all = request === undefined ? requests : [request];
  const gateway = rest.gateway ?? spec.gateway;
  return all.map((text, at): RouteCase => {
    const path: FieldPath = ['spec', 'cases', index, ...(request === undefined ? ['requests', at] : ['request'])];
    const position = test.source.locate(path);
    const title = name === undefined ? text : requests.length > 1 ? `${name}: ${text}` : name;
    return {
      test: test.key, name: title, written: { request: text, headers }, expect, namespace: test.ref.namespace,
      asked: read(text, { ...rest, headers, ...(gateway === undefined ? {} : { gateway: gateway.includes('/') ? gateway : `${test.ref.namespace}/${gateway}` }) }),
      ...(position === undefined ? {} : { position }), locate: (part) => test.source.locate(['spec', 'cases', index, 'expect', ...part]),
    };
  });
}

interface RequestParts {
  readonly headers: Readonly<Record<string, string>>;
  readonly serverName?: string;
  readonly clientCertificate?: string;
  readonly gateway?: string;
}

function read(text: string, { headers, serverName, clientCertificate, gateway }: RequestParts): Asked | string {
  const line = requestLine(text.trim().split(/\s+/));
  if (line === undefined) return `${text} is no request; write [METHOD] URL, and spaces in a URL as %20`;
  return readAsked({
    ...line, headers: [...line.headers, ...Object.entries(headers).map(([name, value]) => ({ name, value }))],
    ...(serverName === undefined ? {} : { serverName }), ...(gateway === undefined ? {} : { gateway }), ...(clientCertificate === undefined ? {} : { clientCertificate }),
  });
}

/** `file:line:column` of a case; its test where nothing has places. */
export function placeOfCase({ position, test }: RouteCase): string {
  return position === undefined ? `RouteTest ${test}` : formatPosition(position);
}
