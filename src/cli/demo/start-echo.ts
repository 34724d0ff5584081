import type { EchoIdentity } from './echo-identity.ts';
import type { EchoServer } from './echo-server.ts';
import type { ListenPlace } from './listen-place.ts';

/**
 * Starts what speaks the protocol: `grpc`, `tcp`, `udp`, else HTTP, over TLS where the identity has a key pair. The servers are
 * loaded here, because the start of a run without demo backends should not pay for them.
 */
export async function startEcho(protocol: string, identity: EchoIdentity, place?: ListenPlace): Promise<EchoServer> {
  if (protocol === 'grpc') return (await import('./grpc-echo.ts')).startGrpcEcho(identity, place);
  if (protocol !== 'tcp' && protocol !== 'udp') return (await import('./echo-server.ts')).startHttpEcho(identity, place);
  const { startTcpEcho, startUdpEcho } = await import('./stream-echo.ts');
  return protocol === 'tcp' ? startTcpEcho(identity, place) : startUdpEcho(identity, place);
}
