/**
 * The broken set-ups of test/explain, and what the console says of them: what needs mending on the first page, and the panel of each question.
 * `cases/NAME.txt` has the views as text, in the order in which the page draws them. UPDATE_GOLDEN=1 rewrites it.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConsoleViews } from '../../src/cli/console/console-views.ts';
import { brokenCase, caseNames } from '../explain/broken-case.ts';
import { placeOf } from './place-of.ts';
import type { ObjectExplanation, RequestExplanation } from '../../src/explain/index.ts';
import type { ObjectPanel, Overview } from '../../src/view/index.ts';
import { appliedOf, consoleOf } from './console-of.ts';

const updating = process.env['UPDATE_GOLDEN'] === '1';

async function overviewText(views: ConsoleViews): Promise<string> {
  const { verdict, state, problems } = await views.view('overview', new URLSearchParams()) as Overview;
  return [`/console/`, `[${state}] ${verdict}`, ...problems.rows.flatMap((it) => [`[${it.state}] ${it.object === '' ? it.place ?? '' : it.object}`, ...lines(it), ...it.also.map((also) => `  also:  ${also}`)])].join('\n');
}

function lines({ cause, mend, place }: Pick<ObjectExplanation, 'cause' | 'mend'> & { readonly place?: string }): string[] {
  return [`  cause: ${cause}`, `  mend:  ${place === undefined ? '' : `${place} `}${mend}`];
}

/** A panel as it is read: the answer with cause and mend, then what takes part. */
function objectText({ state, answer, conditions }: ObjectPanel): string[] {
  return [
    `[${state}] ${answer.object}: ${answer.state}`, ...lines(answer), ...answer.also.map((it) => `  also:  ${it}`),
    ...answer.parts.map((it) => `  [${it.state}] ${it.object} ${it.words}`),
    ...conditions.filter(({ type, status }) => (status === 'False') !== (type === 'Conflicted')).map((it) => `  ${it.of}: ${it.type}=${it.status} ${it.reason}`),
  ];
}

function requestText(it: RequestExplanation): string[] {
  return [
    `[${it.mend === 'Nothing to mend.' ? 'good' : 'bad'}] ${it.asked} → ${it.answer}`, ...lines(it), ...it.warnings.map((text) => `  warning: ${text}`),
    ...it.rules.map(({ rule, match, result, why = '' }) => `  [${result}] ${rule}: ${match}${why === '' ? '' : `: ${why}`}`), ...it.targets.map(({ percent, backend, instead = '' }) => `  ${percent}% ${backend} ${instead}`.trimEnd()),
  ];
}

for (const name of caseNames) {
  test(`${name}: the console says cause and mend in its first three lines`, async (t) => {
    const { asks, finds, snapshot, settings } = await brokenCase(t, name);
    const applied = appliedOf(snapshot, settings);
    const views = consoleOf(() => applied, { settings, now: () => Date.parse('2026-06-01') });
    t.after(() => views.close());
    const panels = await Promise.all(asks.map(async (ask) => {
      const { url, view, query } = placeOf(ask, applied.model);
      query.set('tries', 'yes');
      const shown = await views.view(view, query);
      const text = view === 'object' ? objectText(shown as ObjectPanel) : requestText(shown as RequestExplanation);
      return { text, output: [url, ...text].join('\n') };
    }));
    const first = panels[0]!.text.slice(0, 3).join('\n').toLowerCase();
    for (const part of finds) assert.ok(first.includes(part.toLowerCase()), `a reader must find ${JSON.stringify(part)} in:\n${first}`);
    const output = `${[await overviewText(views), ...panels.map((it) => it.output)].join('\n\n')}\n`.replaceAll(/[^\s]*\/(?=in\.yaml)/g, '').replaceAll(/client-cert=[^\s&]+/g, 'client-cert=…');
    const file = join(import.meta.dirname, 'cases', `${name}.txt`);
    if (updating) writeFileSync(file, output);
    assert.ok(existsSync(file), 'UPDATE_GOLDEN=1 makes it');
    assert.equal(output, readFileSync(file, 'utf8'));
  });
}
