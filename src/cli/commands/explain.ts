import { nearOrRelatedName } from '../../base/index.ts';
import { nothingToMend, type Known, type Meaning, type ObjectExplanation, type RequestExplanation } from '../../explain/index.ts';
import { openFileSource } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { usualAdmin } from '../admin-client.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { answer, askAdmin } from '../explain-live.ts';
import { headerOf, questionOf, readQuestion } from '../explain-question.ts';
import { explanationText, loggedText, objectText } from '../explain-text.ts';
import { requireInputs } from '../inputs.ts';
import { knownOf } from '../known-of.ts';
import { loggedRequest, type LoggedRequest } from '../logged-request.ts';
import { isPlugin } from '../program-name.ts';
import { nativeSettings } from '../settings.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Say why a request gets its answer, or why an object is in its state.',
  usage: '([METHOD] URL | KIND/NAME | WORD | --id ID) [-f PATH… | --admin URL] [options]',
  description: 'Says what a request meets on its way: Gateway, listener, certificate, every rule with what fails, what decided between rules, filters, backends.\nThe first three lines have the answer, its cause, and what would mend it. Of an object it says every other object that takes part. Exit code 0: nothing to mend; 1: something is. Of a word that Postern says (a code of a finding, a cause, a reason of a condition) it prints what the documentation has.',
  options: {
    file: { short: 'f', value: 'PATH', repeats: true, help: 'A file or folder with manifests, or - for standard input; may be repeated.' },
    admin: { value: 'URL', help: `Ask a running serve, proxy or controller by its admin endpoint; ${usualAdmin} if nothing else is named, and as a plugin of kubectl its cluster.` },
    ...accessOptions,
    id: { value: 'REQUEST-ID', help: 'Explain the request with this id in the access log.' },
    'access-log': { value: 'FILE', help: 'The access log, in JSON, for --id.' },
    header: { short: 'H', value: 'NAME: VALUE', repeats: true, help: 'A header of the request; may be repeated. Host sends another host than that of the URL.' },
    'server-name': { value: 'NAME', help: 'What the TLS handshake names, where it is not the host of the URL.' },
    'client-cert': { value: 'FILE', help: 'PEM of the certificate that the client shows.' },
    gateway: { value: 'NAMESPACE/NAME', help: 'The Gateway to ask, where several listen on the port.' },
    namespace: { short: 'n', value: 'NAME', help: 'The namespace of the object.' },
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json', 'yaml'], help: 'How it is printed.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  completes: { names: 'object' },
  examples: [
    ["postern explain GET https://shop.example.com/cart -H 'x-canary: 1' -f ./manifests", 'why does this request end there?'],
    ['postern explain shadowed-rule', 'what a word means, why, and how to mend it'],
    ['postern explain grpc shop.example.com:443/shop.Cart/Add -f ./manifests', 'a call of gRPC'],
    ['postern explain httproute/cart -n shop -f ./manifests', 'why is this route not attached?'],
    ['postern explain GET http://shop.example.com/cart --admin http://127.0.0.1:9901', 'with what a running postern serve has in force'],
    ['postern explain --id 4c8a… --access-log access.json --admin http://127.0.0.1:9901', 'what became of a request that was logged'],
    ['postern explain httproute/cart -n shop --context prod', 'in a cluster, with its objects as they are now'],
    ['postern explain tcp://127.0.10.1:5432 -f ./manifests', 'a connection'],
  ],
  run: runExplain,
};

async function runExplain(args: Arguments): Promise<number> {
  if (/^[A-Za-z][A-Za-z-]+$/.test(args.positionals[0] ?? '') && args.positionals.length === 1) return explainWord(args.positionals[0]!);
  const logged = await loggedBy(args);
  const palette = paletteFor(process.stdout);
  if (logged !== undefined && isText(args)) process.stdout.write(loggedText(logged, palette));
  if (logged !== undefined && ['admin', 'context', 'kubeconfig', 'file'].every((it) => args.value(it) === undefined)) return logged.isGood ? 0 : 1;
  const question = logged === undefined ? questionOf(args) : readQuestion({ ...logged.written, headers: args.values('header').map(headerOf) });
  const admin = adminOf(args);
  const explanation = admin === undefined ? answer(question, await knownFrom(args)) : await askAdmin(admin, question);
  if ('problem' in explanation) throw new UsageError(explanation.problem);
  process.stdout.write(await printed(explanation, args));
  return explanation.mend === nothingToMend ? 0 : 1;
}

/** The program that is asked: the one that runs here where nothing else is named; undefined for files and clusters. */
function adminOf(args: Arguments): string | undefined {
  const isElsewhere = isPlugin || ['file', 'context', 'kubeconfig'].some((it) => args.value(it) !== undefined);
  return args.value('admin') ?? (isElsewhere ? undefined : usualAdmin);
}

/** What the documentation says of a word. */
async function explainWord(word: string): Promise<number> {
  const { knownWords, sectionsFor } = await import('../word-pages.ts');
  const sections = sectionsFor(word);
  const near = sections.length > 0 ? undefined : nearOrRelatedName(word, knownWords());
  if (sections.length === 0) throw new UsageError(`${word} is no URL, no KIND/NAME, and no word that Postern says${near === undefined ? '' : `; did you mean ${near}?`}`);
  const palette = paletteFor(process.stdout);
  process.stdout.write(sections.map(({ page, text }) => `${palette.bold(word)} ${palette.dim(`(docs/${page}.md)`)}\n\n${text}\n`).join('\n'));
  return 0;
}

/** The request that `--id` names. */
async function loggedBy(args: Arguments): Promise<LoggedRequest | undefined> {
  const id = args.value('id');
  if (id === undefined) return undefined;
  const file = args.value('access-log');
  if (file === undefined) throw new UsageError('--id needs --access-log FILE, where requests are written');
  return loggedRequest(file, id);
}

/** Files where they are named, else the cluster. */
async function knownFrom(args: Arguments): Promise<Known & { readonly meaning: Meaning }> {
  if (args.values('file').length === 0 && (isPlugin || args.value('context') !== undefined || args.value('kubeconfig') !== undefined)) {
    return (await import('../cluster-known.ts')).knownInCluster(await accessFrom(args));
  }
  const snapshot = await openFileSource(requireInputs(args.values('file'))).read();
  return knownOf(snapshot, nativeSettings({ strict: args.on('strict') }));
}

function isText(args: Arguments): boolean {
  return (args.value('output') ?? 'text') === 'text';
}

async function printed(explanation: RequestExplanation | ObjectExplanation, args: Arguments): Promise<string> {
  switch (args.value('output')) {
    case 'json': return `${JSON.stringify(explanation, null, 2)}\n`;
    case 'yaml': return (await import('yaml')).stringify(explanation, { lineWidth: 0, aliasDuplicateObjects: false });
    default: return 'asked' in explanation ? explanationText(explanation, paletteFor(process.stdout)) : objectText(explanation, paletteFor(process.stdout));
  }
}
