/** A real nginx, asked what the model of ingress-nginx is asked. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server as HttpServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, type NginxRequest } from '../../src/migrate/nginx/answer.ts';
import type { Location, Server } from '../../src/migrate/nginx/server.ts';
import { requestsFor } from '../../src/migrate/proof/requests.ts';
import { type Verdict, verdictText } from '../../src/migrate/proof/verdict.ts';
import { isReadable, nginxConfig, type Sockets } from './nginx-config.ts';

/** Why nothing can be compared here. */
export const nginxMissing: string | false = spawnSync('nginx', ['-v']).error === undefined ? false : 'nginx is not installed';

/** Without what Lua does. */
function plain({ certificate: _certificate, wwwFrom: _wwwFrom, wwwBy: _wwwBy, ...server }: Server): Server {
  return { ...server, isPassthrough: false, locations: server.locations.map((it): Location => {
    const { upstream: { canary: _canary, ...upstream } = {}, ...rest } = it;
    return { ...rest, settings: { ...it.settings, forceSslRedirect: false }, ...('service' in upstream ? { upstream } : {}) } as Location;
  }) };
}

async function startEcho(path: string): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const backend = request.headers['x-backend'];
    response.writeHead(typeof backend === 'string' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ backend, target: request.url, host: request.headers.host }));
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

async function startNginx(servers: readonly Server[], sockets: Sockets): Promise<ChildProcess> {
  const file = join(sockets.folder, 'nginx.conf');
  writeFileSync(file, nginxConfig(servers, sockets));
  const child = spawn('nginx', ['-p', sockets.folder, '-e', 'stderr', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  while (!(await accepts(sockets.front))) assert.equal(child.exitCode, null, `nginx ended: ${said}\n${readFileSync(file, 'utf8')}`);
  return child;
}

async function accepts(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  if (!existsSync(path)) setImmediate(resolve, false);
  else {
    const socket = connect(path, () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  }
  return promise;
}

/** What nginx answers, in the words of the model. */
async function asked({ host, method, target, headers }: NginxRequest, socketPath: string): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  const request = httpRequest({ socketPath, method, path: target, setHost: false, headers: { ...headers, host, connection: 'close' } }, (response) => {
    let body = '';
    response.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    response.on('end', () => {
      const { statusCode: status = 0, headers: { location } } = response;
      if (location !== undefined) resolve({ kind: 'redirect', status, location });
      else if (status !== 200) resolve({ kind: 'answer', status });
      else {
        const told = JSON.parse(body) as { readonly backend: string; readonly target: string; readonly host: string };
        resolve({ kind: 'forward', shares: [{ backend: told.backend, percent: 100 }], host: told.host, target: told.target });
      }
    });
  });
  request.on('error', reject);
  request.end();
  return promise;
}

/** Asks nginx and the model every request that the servers give rise to; throws at the first that they answer otherwise. */
export async function compareWithNginx(all: readonly Server[]): Promise<number> {
  const servers = all.filter(isReadable).map(plain);
  const requests = requestsFor(servers).filter(({ request }) => request.scheme === 'http');
  const folder = mkdtempSync(join(tmpdir(), 'postern-nginx-'));
  const sockets = { folder, front: join(folder, 'front.sock'), backend: join(folder, 'backend.sock') };
  const echo = await startEcho(sockets.backend);
  const nginx = await startNginx(servers, sockets);
  try {
    for (const { request } of requests) assert.equal(verdictText(await asked(request, sockets.front)), verdictText(answerOf(servers, request).verdict), `${request.method} ${request.host}${request.target}`);
  } finally {
    nginx.kill();
    echo.close();
    if (nginx.exitCode === null) await once(nginx, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
  return requests.length;
}
