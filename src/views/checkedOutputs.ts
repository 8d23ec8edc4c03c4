import { isFor } from '../findings/check';
import type { Rule } from '../findings/rule';
import type { Findings, ModelDescription } from '../session/service';

/** Numbers of the outputs that any rule is about; the first when there are no rules, for the suggestions. */
export function outputsSpokenOf(rules: readonly Rule[], { outputs }: ModelDescription): readonly number[] {
  const names = outputs.map(({ name }) => name);
  const spokenOf = [...outputs.keys()].filter((number) =>
    rules.some((rule) => isFor(rule, { output: outputs[number]!, outputs: names })),
  );
  return spokenOf.length > 0 ? spokenOf : [0];
}

/** The findings of several outputs as one list, worst first. */
export function merged(parts: readonly Findings[]): Findings {
  const findings = parts.flatMap((part) => part.findings).sort((a, b) => b.weight - a.weight);
  const rules = parts.flatMap((part) =>
    part.rules.map(({ finding, ...standing }) => {
      const own = finding === undefined ? undefined : part.findings[finding];
      return own ? { ...standing, finding: findings.indexOf(own) } : standing;
    }),
  );
  return {
    findings,
    rules,
    suggestions: parts[0]?.suggestions ?? [],
    rowsFailing: Math.max(0, ...parts.map((part) => part.rowsFailing)),
  };
}
