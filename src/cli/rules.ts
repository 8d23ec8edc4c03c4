import { parseRule, ruleSubject } from '../findings/parseRule';
import type { Rule } from '../findings/rule';
import type { Session } from '../session/session';
import { Refusal } from './refusal';

/** Rules given as words on the command line; refuses with the first that means nothing. */
export function rulesFrom(words: readonly string[], session: Session): Rule[] {
  const subject = ruleSubject(session.file.name, session.describe());
  return words.flatMap((text) => {
    const parsed = parseRule(text, subject);
    if (parsed.kind === 'rules') return parsed.rules;
    throw new Refusal(2, [
      {
        code: 'rule-unknown',
        message: `${parsed.fault}.`,
        file: session.file.name,
        remedy: parsed.remedy,
        severity: 'error',
      },
    ]);
  });
}
