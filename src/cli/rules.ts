import { parseRule, ruleSubject } from '../findings/parseRule';
import type { Problem } from '../problem';
import type { Rule } from '../findings/rule';
import type { Session } from '../session/session';
import { Refusal } from './refusal';

/** Rules given as words on the command line, and what is wrong with those that mean nothing. */
export function readRules(
  words: readonly string[],
  session: Session,
): { readonly rules: readonly Rule[]; readonly problems: readonly Problem[] } {
  const subject = ruleSubject(session.file.name, session.describe());
  const parsed = words.map((text) => parseRule(text, subject));
  return {
    rules: parsed.flatMap((each) => (each.kind === 'rules' ? each.rules : [])),
    problems: parsed.flatMap((each): Problem[] => {
      if (each.kind === 'rules') return [];
      const { fault, remedy } = each;
      return [{ code: 'rule-unknown', message: `${fault}.`, file: session.file.name, remedy, severity: 'error' }];
    }),
  };
}

/** Rules given as words; refuses when one of them means nothing. */
export function rulesFrom(words: readonly string[], session: Session): readonly Rule[] {
  const { rules, problems } = readRules(words, session);
  if (problems.length > 0) throw new Refusal(2, problems);
  return rules;
}
