import { isDnsLabel, isDnsSubdomain } from '../api/index.ts';
import { nearOrRelatedName } from '../base/index.ts';
import { acceptable, type MigrateOptions } from '../migrate/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { UsageError, type Arguments } from './command.ts';

/** What the command line asks for. Throws UsageError. */
export function migrateOptions(args: Arguments): MigrateOptions {
  const namespace = named(args, 'gateway-namespace', isDnsLabel);
  const [secretNamespace, secret, ...rest] = args.value('default-certificate')?.split('/') ?? [];
  if (secretNamespace !== undefined && (secret === undefined || rest.length > 0)) throw new UsageError('--default-certificate is NAMESPACE/SECRET');
  return {
    classes: args.values('class'), per: args.value('gateway-per') === 'namespace' ? 'namespace' : 'class', gatewayClass: named(args, 'gateway-class', isDnsSubdomain) ?? 'postern',
    reading: args.value('paths') === 'as-written' ? 'as-written' : 'as-nginx', accepted: acceptedOf(args), hsts: args.on('hsts'), check: (expression) => nativeCapabilities.checkRegex(expression),
    ...(namespace === undefined ? {} : { gatewayNamespace: namespace }), ...(secretNamespace === undefined || secret === undefined ? {} : { defaultCertificate: { namespace: secretNamespace, name: secret } }),
  };
}

function named(args: Arguments, option: string, isName: (text: string) => boolean): string | undefined {
  const name = args.value(option);
  if (name !== undefined && !isName(name)) throw new UsageError(`--${option} ${name}: that is no name; write small letters, digits and -, with letters or digits at both ends`);
  return name;
}

/** What was misspelt would be accepted without effect. */
function acceptedOf(args: Arguments): ReadonlySet<string> {
  const names = args.values('accept');
  const unknown = names.find((it) => !acceptable.has(it));
  if (unknown === undefined) return new Set(names);
  const near = nearOrRelatedName(unknown.replace(/^.*\//, ''), [...acceptable]);
  throw new UsageError(`--accept ${unknown}: ingress-nginx has no such annotation${near === undefined ? '' : `; did you mean ${near}?`}`);
}
