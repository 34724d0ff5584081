import { findingCodes, formatPath, formatPosition, type Finding } from '../contract/index.ts';
import { annotation } from './github-annotation.ts';
import { version } from './version.ts';
import { sectionsFor } from './word-pages.ts';
import { xml } from './xml-text.ts';

/** Findings as a JSON array; paths in the API server's form. */
export function toJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings.map(({ path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { path: formatPath(path) }) })), null, 2)}\n`;
}

/** A message and its hint on one line, as a text that can be read aloud. */
function saidWith(message: string, hint: string | undefined): string {
  if (hint === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? '' : /^[A-Z]/.test(hint) ? '.' : ';'} ${hint}`;
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Static Analysis Results Interchange Format 2.1.0 (OASIS), as code scanning services read it. */
export function toSarif(findings: readonly Finding[]): string {
  const used = [...new Set(findings.map((it) => it.code))].sort();
  return `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'postern', version,
          rules: used.map((id) => ({ id, shortDescription: { text: findingCodes[id].title }, ...helpOf(id), defaultConfiguration: { level: levels[findingCodes[id].severity] } })),
        },
      },
      results: findings.map(({ code, severity, message, hint, position }) => ({
        ruleId: code, ruleIndex: used.indexOf(code), level: levels[severity], message: { text: saidWith(message, hint) },
        ...(position === undefined ? {} : { locations: [{ physicalLocation: {
          artifactLocation: { uri: encodeURI(position.file.replaceAll('\\', '/')).replace(/[?#]/g, encodeURIComponent) }, region: { startLine: position.line, startColumn: position.column },
        } }] }),
      })),
    }],
  }, null, 2)}\n`;
}

/** The section of the documentation, which code scanning shows beside a finding. */
function helpOf(id: string): object {
  const [section] = sectionsFor(id);
  return section === undefined ? {} : { help: { text: section.text, markdown: section.text } };
}

/** Workflow commands that become annotations of a pull request (GitHub Actions). */
export function toGithub(findings: readonly Finding[]): string {
  return findings.map(({ severity, code, message, hint, position }) => {
    const kind = ({ error: 'error', warning: 'warning', info: 'notice' } as const)[severity];
    return annotation({ kind, title: code, message: saidWith(message, hint), ...(position === undefined ? {} : { position }) });
  }).join('');
}

/** JUnit XML: a test case for each finding, failed where it is an error or a warning, as CI servers show it beside tests. */
export function toJunit(findings: readonly Finding[]): string {
  const failures = findings.filter(({ severity }) => severity !== 'info').length;
  const cases = findings.map(({ severity, code, message, hint, position }) => {
    const place = position === undefined ? '' : ` file="${xml(position.file)}" line="${position.line}"`;
    const text = xml(saidWith(message, hint));
    const inner = severity === 'info' ? `<system-out>${text}</system-out>` : `<failure type="${severity}" message="${xml(message)}">${position === undefined ? '' : `${xml(formatPosition(position))} `}${text}</failure>`;
    return `    <testcase classname="postern.lint" name="${xml(`${code} ${message}`)}"${place}>${inner}</testcase>\n`;
  });
  // A suite without a case counts as not run, and a clean folder is a test that passed.
  const clean = findings.length === 0 ? '    <testcase classname="postern.lint" name="no findings"/>\n' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="postern lint" tests="${Math.max(findings.length, 1)}" failures="${failures}">\n${cases.join('')}${clean}  </testsuite>\n</testsuites>\n`;
}
