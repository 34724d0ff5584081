import type { NginxRequest } from '../nginx/answer.ts';
import { catchAll, type Location, type Server } from '../nginx/server.ts';
import { parsePattern } from '../pattern/parse.ts';
import { samplesOf } from '../pattern/samples.ts';

/** Why a request was made: what it may show that the usual ones do not. */
export type Trait = 'usual' | 'case' | 'boundary' | 'slash' | 'slashes' | 'dots' | 'encoded' | 'query' | 'preflight' | 'options' | 'labels' | 'unknown-host' | 'odd-escape';

export interface MadeRequest {
  readonly request: NginxRequest;
  readonly traits: readonly Trait[];
}

interface MadePath {
  readonly path: string;
  readonly traits: readonly Trait[];
}

/** Requests for every host, path, expression, header and cookie that servers know, and for what is just beside them. */
export function requestsFor(servers: readonly Server[]): MadeRequest[] {
  const made = servers.flatMap((server) => hostsFor(server).flatMap(({ host, traits }) => schemesOf(server, host).flatMap((scheme) => forHost(server, { scheme, host, traits }))));
  const stranger = { scheme: 'http' as const, host: 'unknown.invalid', method: 'GET', headers: {} };
  const unknown = servers.some(({ host }) => host === catchAll) ? [] : ['/', '/a'].map((target): MadeRequest => ({ request: { ...stranger, target }, traits: ['unknown-host'] }));
  return [...new Map([...made, ...unknown].map((it) => [JSON.stringify(it.request), it])).values()];
}

interface MadeHost {
  readonly host: string;
  readonly traits: readonly Trait[];
}

function hostsFor({ host, aliases, wwwFrom }: Server): MadeHost[] {
  const names = [host, ...aliases, ...(wwwFrom === undefined ? [] : [wwwFrom])].filter((it) => !it.startsWith('~'));
  return names.flatMap((name): MadeHost[] => {
    if (name === catchAll) return [{ host: 'anything.invalid', traits: [] }];
    if (name.startsWith('*.')) return [{ host: `a${name.slice(1)}`, traits: [] }, { host: `a.b${name.slice(1)}`, traits: ['labels'] }];
    return [{ host: name, traits: [] }];
  });
}

/** ingress-nginx listens for TLS on every host, with a certificate of its own where there is no other; nobody can want that. */
function schemesOf({ certificate, isPassthrough }: Server, host: string): ('http' | 'https')[] {
  return host !== '' && (certificate !== undefined || isPassthrough) ? ['http', 'https'] : ['http'];
}

function forHost(server: Server, { scheme, host, traits }: MadeHost & { readonly scheme: 'http' | 'https' }): MadeRequest[] {
  const base = { scheme, host, method: 'GET', headers: {} };
  const paths = pathsFor(server);
  const plain = paths.map(({ path, traits: own }): MadeRequest => ({ request: { ...base, target: path }, traits: [...traits, ...own] }));
  const usual = paths.filter((it) => it.traits[0] === 'usual').map(({ path }) => path);
  const varied = server.locations.flatMap(headersFor).flatMap(({ headers, method, traits: own }) => usual.map((target): MadeRequest => ({ request: { ...base, target, headers, method }, traits: [...traits, ...own] })));
  return [...plain, ...varied];
}

/** The paths of a server, what is below and beside them, and other ways to write them. */
function pathsFor({ locations }: Server): MadePath[] {
  const texts = locations.flatMap(({ path, written, modifier }) => [...new Set(modifier === 'regex' ? textsFor(path) : [path, written])]);
  const made: readonly MadePath[] = [...texts.flatMap(around), { path: '/', traits: ['usual'] }, { path: '/not/there', traits: ['usual'] }];
  const known = new Map<string, MadePath>();
  for (const it of made) if (!known.has(it.path) || (it.traits[0] === 'usual' && known.get(it.path)?.traits[0] !== 'usual')) known.set(it.path, it);
  return [...known.values()];
}

function textsFor(expression: string): string[] {
  const parsed = parsePattern(expression);
  return typeof parsed === 'string' ? [] : samplesOf(parsed).map((it) => (it.startsWith('/') ? it : `/${it}`)).map((it) => it.replace(/[^!$&'()*+,\-./0-9:;=@A-Z_a-z~]/g, (char) => encodeURIComponent(char)));
}

function around(path: string): MadePath[] {
  const stem = path.replace(/\/$/, '');
  const made: MadePath[] = [
    { path, traits: ['usual'] }, { path: stem === '' ? '/' : stem, traits: ['usual'] }, { path: `${stem}/x`, traits: ['usual'] }, { path: `${stem}/x/y`, traits: ['usual'] },
    { path: `${stem}/`, traits: ['slash'] }, { path: `${stem}/x/`, traits: ['slash'] }, { path: `${path}?q=1`, traits: ['query'] },
    { path: `/${path}`, traits: ['slashes'] }, { path: `${stem}//x`, traits: ['slashes'] }, { path: `${stem}/./x`, traits: ['dots'] }, { path: `/other/..${path}`, traits: ['dots'] },
  ];
  if (stem !== '') made.push({ path: `${stem}x`, traits: ['boundary'] }, { path: stem.slice(0, -1) || '/', traits: ['boundary'] });
  const [upper, lower] = [path.toUpperCase(), path.toLowerCase()];
  for (const it of [upper, lower]) if (it !== path) made.push({ path: it, traits: ['case'] });
  const letter = /[A-Za-z]/.exec(stem);
  if (letter !== null) made.push({ path: stem.replace(letter[0], `%${letter[0].charCodeAt(0).toString(16)}`), traits: ['encoded'] });
  return made.map(({ path: text, traits }) => ({ path: text.replace(/[^\x21-\x7e]+|["<>\\^`{|}]/gu, (part) => encodeURIComponent(part)), traits: text.split('?')[0]?.includes('//') === true ? ['slashes'] : traits }));
}

interface Variation {
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly traits: readonly Trait[];
}

function headersFor({ upstream, settings: { cors } }: Location): Variation[] {
  const made: Variation[] = [];
  const get = (headers: Readonly<Record<string, string>>): void => void made.push({ headers, method: 'GET', traits: ['usual'] });
  const canary = upstream?.canary?.settings;
  if (canary !== undefined) {
    if (canary.header !== '') for (const value of ['always', 'never', 'other', canary.headerValue, ...patternTexts(canary.headerPattern)].filter((it) => it !== '')) get({ [canary.header.toLowerCase()]: value });
    if (canary.cookie !== '') for (const value of ['always', 'never', 'other']) get({ cookie: `a=b; ${canary.cookie}=${value}; c=d` });
    if (canary.header !== '' && canary.cookie !== '') get({ [canary.header.toLowerCase()]: 'never', cookie: `${canary.cookie}=always` });
  }
  if (cors !== undefined) {
    const origin = cors.origins[0] === '*' ? 'https://a.invalid' : cors.origins[0]?.replace('*', 'a') ?? '';
    made.push({ headers: { origin, 'access-control-request-method': 'GET' }, method: 'OPTIONS', traits: ['preflight'] });
    made.push({ headers: { origin: 'https://stranger.invalid', 'access-control-request-method': 'GET' }, method: 'OPTIONS', traits: ['options'] });
    made.push({ headers: { origin }, method: 'OPTIONS', traits: ['options'] });
    get({ origin });
  }
  return made;
}

function patternTexts(expression: string): string[] {
  const parsed = parsePattern(expression);
  return expression === '' || typeof parsed === 'string' ? [] : samplesOf(parsed, 4).flatMap((it) => [it, `x${it}`, `${it}x`]);
}
