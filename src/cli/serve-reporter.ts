import type { AdminPlace } from '../admin/index.ts';
import type { Finding } from '../contract/index.ts';
import type { Applied } from '../controller/index.ts';
import { placeText } from './admin-endpoint.ts';
import { paletteFor, type Palette } from './colour.ts';
import { formatFinding, skippedLine } from './format-finding.ts';
import { appliedEvent } from './serve-events.ts';
import { serveSummary } from './serve-summary.ts';

/** Tells a person, or a program, what is in force. */
export interface ServeReporter {
  applied(applied: Applied): void;
  bug(error: unknown): void;
  say(line: string): void;
  /** Where the admin endpoint is: address and port. */
  admin(place: AdminPlace): void;
}

export function jsonReporter(): ServeReporter {
  const write = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
  return {
    applied: (applied) => write(appliedEvent(applied)),
    bug: (error) => write({ event: 'bug', message: String(error) }),
    say: (line) => write({ event: 'message', message: line }),
    admin: ({ address, port }) => write({ event: 'admin', address, port }),
  };
}

export interface TextReport {
  /** When the program began, on the clock of `performance`. */
  readonly startedAt: number;
  /** Edits are followed; standard input is read once. */
  readonly follows: boolean;
  /** Standard output, unless lines for programs go there. */
  readonly out: NodeJS.WriteStream;
}

/** The whole picture once; after that one line for each change, with the findings that came and went. */
export function textReporter({ startedAt, follows, out }: TextReport): ServeReporter {
  const palette = paletteFor(out);
  const write = (line: string): void => void out.write(`${line}\n`);
  let known = new Map<string, Finding>();
  return {
    applied(applied) {
      const now = new Map(applied.findings.map((it) => [identity(it), it]));
      for (const [key, finding] of now) if (!known.has(key)) write(formatFinding(finding, palette));
      const mended = [...known].filter(([key, it]) => !now.has(key) && it.severity !== 'info');
      if (applied.revision === 1) {
        const quiet = skippedLine(applied.model.skipped);
        if (quiet !== undefined) write(palette.dim(quiet));
        if (now.size > 0) write('');
        write(`${serveSummary(applied, palette)}\nReady after ${Math.round(performance.now() - startedAt)} ms. ${follows ? 'Saved files are live at once; ' : ''}Ctrl-C drains and ends.`);
      } else {
        for (const [, { position, message }] of mended) write(`${palette.green('mended')} ${position === undefined ? '' : `${position.file}: `}${message}`);
        write(changeLine(applied, palette));
      }
      known = now;
    },
    bug: (error) => write(palette.red(`A bug in Postern; the last good configuration stays in force: ${error instanceof Error ? error.stack : String(error)}`)),
    say: write,
    admin: (place) => write(`${palette.dim('Console:')} http://${placeText(place)}/console/ ${palette.dim('(metrics, health and status beside it)')}`),
  };
}

function identity({ code, message, position }: Finding): string {
  return `${code} ${message} ${position === undefined ? '' : position.file}`;
}

function changeLine({ revision, graph, findings }: Applied, palette: Palette): string {
  const errors = findings.filter((it) => it.severity === 'error').length;
  const trouble = errors === 0 ? '' : palette.red(`, ${counted(errors, 'error')}`);
  return `${palette.dim(new Date().toTimeString().slice(0, 8))} revision ${revision} in force: ${counted(graph.gateways.size, 'Gateway')}, ${counted(graph.routes.length, 'route')}${trouble}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
