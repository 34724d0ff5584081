/**
 * A configuration for a real nginx from the servers that the model of ingress-nginx makes: as much of what its controller renders
 * (rootfs/etc/nginx/template/nginx.tmpl) as decides where a request goes. What Lua does there (redirects to https and to other names,
 * canaries) is left out: Debian's nginx has no Lua.
 */
import { asRegExp } from '../../src/migrate/nginx/find.ts';
import { isRewritten } from '../../src/migrate/nginx/blocks.ts';
import type { Location, Server } from '../../src/migrate/nginx/server.ts';
import { upstreamKey } from '../../src/migrate/nginx/server.ts';

export interface Sockets {
  readonly folder: string;
  readonly front: string;
  readonly backend: string;
}

export function nginxConfig(servers: readonly Server[], { folder, front, backend }: Sockets): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${folder}/${kind};`);
  return [
    'daemon off;', 'master_process off;', `pid ${folder}/nginx.pid;`, 'error_log stderr crit;', 'events { worker_connections 64; }', 'http {', ...temps, '  access_log off;', '  server_names_hash_bucket_size 128;',
    '  server_name_in_redirect off;', '  port_in_redirect off;', `  upstream upstream_balancer { server unix:${backend}; }`, ...servers.map((it) => serverText(it, front)), '}', '',
  ].join('\n');
}

function serverText({ host, aliases, locations }: Server, front: string): string {
  const root = locations.find(({ settings }) => settings.appRoot !== '')?.settings.appRoot;
  return [
    '  server {', `    server_name ${quoted(serverName(host))} ${aliases.map(quoted).join(' ')};`, `    listen unix:${front}${host === '_' ? ' default_server' : ''};`,
    ...(root === undefined ? [] : [`    if ($uri = /) { return 302 $scheme://$http_host${root}; }`]), ...locations.map(locationText), ...(locations.length === 0 ? ['    location / { return 404; }'] : []), '  }',
  ].join('\n');
}

function serverName(host: string): string {
  return host.startsWith('*.') ? `~^(?<subdomain>[\\w-]+)\\.${host.slice(2).replaceAll('.', '\\.')}$` : host;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

const modifiers = { exact: '= ', prefix: '', regex: '~* ' } as const;

function locationText(location: Location): string {
  const { path, modifier, settings, upstream } = location;
  return [
    `    location ${modifiers[modifier]}${quoted(modifier === 'regex' ? `^${path}` : path)} {`, ...corsText(settings.cors?.origins),
    `      proxy_set_header Host ${settings.upstreamVhost === '' ? '$http_host' : settings.upstreamVhost};`, `      proxy_set_header X-Backend ${quoted(upstream === undefined ? '' : upstreamKey(upstream))};`,
    ...(settings.redirect === undefined ? [] : [`      return ${settings.redirect.code} ${settings.redirect.url};`]),
    ...(isRewritten(location) ? [`      rewrite ${quoted(`(?i)${path}`)} ${settings.rewriteTarget} break;`] : []), '      proxy_pass http://upstream_balancer;', '    }',
  ].join('\n');
}

function corsText(origins: readonly string[] | undefined): string[] {
  if (origins === undefined) return [];
  const named = origins.map((it) => `(${it.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&').replace('*', '[A-Za-z0-9\\-]+')})`).join('|');
  const allowed = origins.length === 1 && origins[0] === '*' ? "      set $cors 'true';" : `      if ($http_origin ~* (${named})$ ) { set $cors 'true'; }`;
  return ["      set $cors '';", allowed, "      if ($request_method = 'OPTIONS') { set $cors ${cors}options; }", '      if ($cors = "trueoptions") { return 204; }'];
}

/** Whether nginx and the model can both read every expression of a server. */
export function isReadable({ locations }: Server): boolean {
  return locations.every(({ path, modifier }) => modifier !== 'regex' || asRegExp(path) !== undefined);
}
