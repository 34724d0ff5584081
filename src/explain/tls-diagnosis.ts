import { describeRef, type Origin } from '../contract/index.ts';
import { type Case, originOf } from './case.ts';
import { diagnosisOf, findingsAbout, type Known, placeOf, type WithFinding } from './known.ts';
import { listenerName } from './names.ts';
import type { PlaceToAsk } from './places.ts';

/** What is wrong with the handshake; undefined where nothing is. */
export function tlsDiagnosis({ rehearsal: { handshake, outcome }, place, asked }: Case, known: Known): WithFinding | undefined {
  if (handshake === undefined) return undefined;
  const name = asked.kind === 'connection' ? asked.serverName : asked.request.serverName;
  const origin = originOf(handshake.listener, known);
  const code = outcome.kind === 'closed' ? outcome.cause : '';
  if (code === 'no-certificate') return withoutCertificate(name, origin, place, known);
  if (code === 'client-certificate-missing' || code === 'client-certificate-refused') return clientDiagnosis(code, origin, place, known);
  if (handshake.isForName || name === '' || handshake.certificate === undefined) return undefined;
  const names = known.ir.certificates[handshake.certificate]?.names.join(', ') ?? '';
  const listener = origin === undefined ? 'the listener' : listenerName(origin);
  return {
    cause: `the certificate that is shown is not for ${name}, but for ${names === '' ? 'no name' : names}: clients refuse it.`,
    mend: `Name a certificate for ${name} in tls.certificateRefs of ${listener}.`, ...(origin === undefined ? {} : placeOf(known, origin, ['spec', 'listeners'])),
  };
}

/** `origin` is the listener of the server name, where there is one. */
function withoutCertificate(name: string, origin: Origin | undefined, { gateway, listeners }: PlaceToAsk, known: Known): WithFinding { // oxlint-disable-line max-params -- a name at a place.
  const finding = origin === undefined ? undefined : findingsAbout(known, origin).find(({ code }) => code === 'refs-not-resolved');
  if (finding !== undefined) return diagnosisOf(finding);
  if (origin !== undefined) return { cause: `${listenerName(origin)} has no certificate.`, mend: 'Add a Secret of type kubernetes.io/tls and name it in tls.certificateRefs.', ...placeOf(known, origin, ['spec', 'listeners']) };
  const offered = listeners.map(({ hostname }) => (hostname === '' ? '(any)' : hostname)).join(', ');
  return {
    cause: `no listener of ${describeRef(gateway)} on this port has the server name ${name === '' ? '(none)' : name}; there are ${offered}.`,
    mend: 'Add a listener with this hostname, or widen one of those.', ...placeOf(known, gateway, ['spec', 'listeners']),
  };
}

function clientDiagnosis(cause: string, origin: Origin | undefined, { gateway }: PlaceToAsk, known: Known): WithFinding { // oxlint-disable-line max-params -- as above.
  const who = origin === undefined ? describeRef(gateway) : listenerName(origin);
  const place = placeOf(known, gateway, ['spec', 'tls', 'frontend']);
  if (cause === 'client-certificate-missing') return { cause: `${who} asks clients for a certificate (spec.tls.frontend), and this one shows none.`, mend: 'Show one that the Gateway accepts (--client-cert FILE), or change spec.tls.frontend.', ...place };
  return { cause: `none of the authorities in spec.tls.frontend of ${describeRef(gateway)} vouches for the certificate that the client shows.`, mend: 'Show a certificate of those authorities, or add the authority that issued this one.', ...place };
}
