import type { CheckedModel } from './sarif';

/** Rules as test cases in JUnit's XML, one suite per model: what CI services show as tests. */
export function junitOf(models: readonly CheckedModel[]): string {
  const suites = models.map(suiteOf).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Slopescope">\n${suites}</testsuites>\n`;
}

function suiteOf({ session, findings }: CheckedModel): string {
  const { rules } = findings;
  const name = attribute(session.file.name);
  const cases = rules.map((standing) => {
    const finding = standing.finding === undefined ? undefined : findings.findings[standing.finding];
    const title = attribute(`${standing.rule.input ?? 'forecast'} ${standing.words}`);
    const open = `    <testcase classname="${name}" name="${title}"`;
    if (standing.problem !== undefined) return `${open}><error message="${attribute(standing.problem)}"/></testcase>\n`;
    if (standing.holds || !finding) return `${open}/>\n`;
    const detail = [finding.message, ...finding.why.map((reason) => reason.message)].join('\n');
    return `${open}><failure type="${finding.code}" message="${attribute(finding.message)}">${text(detail)}</failure></testcase>\n`;
  });
  const failures = rules.filter((standing) => !standing.holds && standing.problem === undefined).length;
  const errors = rules.filter((standing) => standing.problem !== undefined).length;
  return `  <testsuite name="${name}" tests="${rules.length}" failures="${failures}" errors="${errors}">\n${cases.join('')}  </testsuite>\n`;
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}

/** Text as XML takes it; characters XML does not have are left out. */
function text(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
