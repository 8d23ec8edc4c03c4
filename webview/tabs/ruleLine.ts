import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Expectation, Rule } from '../../src/findings/rule';
import type { Severity } from '../../src/problem';
import type { Findings, Lane } from '../../src/session/service';
import { mend, setRules } from '../actions';
import type { App } from '../app';
import { button, select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { fieldValue } from '../parts/directives';
import { icon } from '../parts/icon';
import { outputUnit } from '../view';
import { findingsWords } from '../words/findings';
import { rulesWords } from '../words/rules';

/** What can be expected of a slope, in the order of the list. */
export const slopeExpectations: readonly Expectation[] = [
  'never falls',
  'never rises',
  'always rises',
  'always falls',
  'slope at least',
  'slope at most',
  'slope between',
  'no effect',
];
const numberExpectations: readonly Expectation[] = [...slopeExpectations, 'matters at least as much as'];
const categoryExpectations: readonly Expectation[] = ['levels in order'];
const forecastExpectations: readonly Expectation[] = [
  'forecast at least',
  'forecast at most',
  'forecast between',
  'forecast can reach the target',
];
const levels: readonly Severity[] = ['error', 'warning', 'info'];

/** One line of the table: an input (or the forecast) with one of its rules, or with none yet. */
export interface RuleLine {
  readonly lane?: Lane;
  readonly name: string;
  /** Place among all rules; −1: no rule yet. */
  readonly place: number;
}

/** Draws the line; every change replaces the rules at once, and all rows are checked again. */
export function ruleLine(app: App, line: RuleLine): TemplateResult {
  const known = rulesOf(app)[line.place];
  const isChosen = line.lane !== undefined && app.store.state.choices.input === line.lane.input;
  return html`<tr
    id=${line.lane ? `rule-${line.lane.input}` : `rule-forecast-${line.place}`}
    class=${isChosen ? 'on' : ''}
  >
    <th scope="row" class="clip" title=${line.name}>${line.name}</th>
    <td>${expectationOf(app, line, known?.rule)}</td>
    <td>${known ? details(app, line, known.rule) : nothing}</td>
    <td>
      ${known && line.lane?.kind === 'whole number' && slopeExpectations.includes(known.rule.expect) ? check(app, line, known.rule) : nothing}
    </td>
    <td>${known ? level(app, line, known.rule) : nothing}</td>
    <td>${known ? standing(app, known) : nothing}</td>
  </tr>`;
}

type KnownRule = Findings['rules'][number];

function rulesOf(app: App): Findings['rules'] {
  return app.store.state.answers.findings?.rules ?? [];
}

/** The list of what can be expected; choosing sets, replaces or removes the rule. */
export function expectationOf(app: App, { lane, name, place }: RuleLine, rule: Rule | undefined): TemplateResult {
  const expectations = expectationsFor(lane, rule);
  return select<Expectation | 'none'>({
    label: rulesWords.expectationOf(name),
    value: rule?.expect ?? 'none',
    options: [
      { value: 'none', text: rulesWords.noRule() },
      ...expectations.map((value) => ({ value, text: rulesWords.expectation(value) })),
    ],
    choose: (expect) => {
      const rules = rulesOf(app).map((known) => known.rule);
      if (expect === 'none')
        setRules(
          app,
          rules.filter((_, index) => index !== place),
        );
      else if (rule) setRules(app, rules.with(place, completed(app, withExpectation(rule, expect), lane)));
      else setRules(app, [...rules, completed(app, newRule(expect, lane?.name), lane)]);
    },
  });
}

/** What can be expected here; a rule of slopescope.json may expect what is not offered. */
function expectationsFor(lane: Lane | undefined, rule: Rule | undefined): readonly Expectation[] {
  const offered = !lane ? forecastExpectations : lane.kind === 'switched' ? categoryExpectations : numberExpectations;
  return rule && !offered.includes(rule.expect) ? [...offered, rule.expect] : offered;
}

/** A rule with the other input or the levels it needs: at first the next input, and the levels in the model's order. */
function completed({ store }: App, rule: Rule, lane: Lane | undefined): Rule {
  const { answers } = store.state;
  if (rule.expect === 'matters at least as much as') {
    const other = comparable(answers.lanes?.lanes ?? [], rule)[0];
    return other === undefined ? rule : { ...rule, other: rule.other ?? other };
  }
  const levels = answers.model?.inputs[lane?.input ?? -1]?.levels;
  return rule.expect === 'levels in order' && levels ? { ...rule, levels: rule.levels ?? levels } : rule;
}

/** Inputs that a rule's input can be compared with. */
function comparable(lanes: readonly Lane[], { input }: Rule): readonly string[] {
  return lanes.flatMap(({ name, kind }) => (kind === 'switched' || name === input ? [] : [name]));
}

/** A rule as the page makes it. */
export function newRule(expect: Expectation, input: string | undefined): Rule {
  const rule: Rule = { expect, level: 'warning' };
  return withExpectation(input === undefined ? rule : { ...rule, input }, expect);
}

/** The same rule with another expectation: limits it needs begin at 0, those it does not need go. */
function withExpectation({ low, high, other, per, levels, ...rule }: Rule, expect: Expectation): Rule {
  const needsLow = expect.endsWith('at least') || expect.endsWith('between');
  const needsHigh = expect.endsWith('at most') || expect.endsWith('between');
  return {
    ...rule,
    expect,
    ...(needsLow ? { low: low ?? 0 } : {}),
    ...(needsHigh ? { high: high ?? low ?? 0 } : {}),
    ...(expect === 'matters at least as much as' && other !== undefined ? { other, ...(per ? { per } : {}) } : {}),
    ...(expect === 'levels in order' && levels ? { levels } : {}),
  };
}

/** What a rule says beside its expectation: limits, the other input, or the levels. */
function details(app: App, line: RuleLine, rule: Rule): Drawn {
  if (rule.expect === 'matters at least as much as') return comparedInput(app, line, rule);
  return rule.expect === 'levels in order' ? levelsField(app, line, rule) : limits(app, line, rule);
}

function comparedInput(app: App, line: RuleLine, rule: Rule): TemplateResult {
  const names = comparable(app.store.state.answers.lanes?.lanes ?? [], rule);
  return html`<span class="limits"
    >${select({
      label: rulesWords.otherOf(line.name),
      value: rule.other ?? '',
      options: names.map((value) => ({ value, text: value })),
      choose: (other) => {
        replace(app, line.place, { ...rule, other });
      },
    })}${select<'spread' | 'one'>({
      label: rulesWords.perOf(line.name),
      value: rule.per ?? 'spread',
      options: [
        { value: 'spread', text: rulesWords.perSpread() },
        { value: 'one', text: rulesWords.perOne() },
      ],
      choose: (per) => {
        replace(app, line.place, { ...rule, per });
      },
    })}</span
  >`;
}

/** Levels from the lowest forecast to the highest, as in "small ≤ large"; an order of fewer than two is not taken. */
function levelsField(app: App, line: RuleLine, rule: Rule): TemplateResult {
  return html`<input
    class="text-field"
    type="text"
    aria-label=${rulesWords.levelsOf(line.name)}
    .value=${fieldValue((rule.levels ?? []).join(' ≤ '))}
    @change=${(event: Event) => {
      const text = event.target instanceof HTMLInputElement ? event.target.value : '';
      const levels = text.split(/≤|<=/).map((level) => level.trim());
      if (levels.length > 1 && !levels.includes('')) replace(app, line.place, { ...rule, levels });
    }}
  />`;
}

function limits(app: App, line: RuleLine, rule: Rule): Drawn {
  const unit = line.lane?.unit ?? outputUnit(app.store.state);
  const field = (side: 'low' | 'high', label: string): Drawn =>
    rule[side] === undefined
      ? nothing
      : html`<input
          class="text-field limit"
          type="number"
          step="any"
          aria-label=${label}
          .value=${fieldValue(String(rule[side]))}
          @change=${(event: Event) => {
            const value = event.target instanceof HTMLInputElement ? event.target.valueAsNumber : NaN;
            if (!Number.isNaN(value)) replace(app, line.place, { ...rule, [side]: value });
          }}
        />`;
  if (rule.low === undefined && rule.high === undefined) return nothing;
  return html`<span class="limits"
    >${field('low', rulesWords.lowOf(line.name))}${
      rule.low !== undefined && rule.high !== undefined ? html`<span class="soft">${rulesWords.to()}</span>` : nothing
    }${field('high', rulesWords.highOf(line.name))}<span class="soft small nowrap">${unit}</span></span
  >`;
}

function check(app: App, line: RuleLine, rule: Rule): TemplateResult {
  return select<'rows' | 'step' | 'ranges'>({
    label: rulesWords.checkOf(line.name),
    value: rule.check ?? 'rows',
    options: [
      { value: 'rows', text: rulesWords.byRows() },
      { value: 'step', text: rulesWords.byStep() },
      // Written in slopescope.json, with its ranges; kept as it is.
      ...(rule.check === 'ranges' ? [{ value: 'ranges' as const, text: rulesWords.byRanges() }] : []),
    ],
    choose: (how) => {
      replace(app, line.place, { ...rule, check: how });
    },
  });
}

function level(app: App, line: RuleLine, rule: Rule): TemplateResult {
  return select<Severity>({
    label: rulesWords.levelOf(line.name),
    value: rule.level,
    options: levels.map((value) => ({ value, text: rulesWords.levelName(value) })),
    choose: (chosen) => {
      replace(app, line.place, { ...rule, level: chosen });
    },
  });
}

/** How the rule stands in the rows. */
function standing(app: App, known: KnownRule): TemplateResult {
  if (known.elsewhere !== undefined) return html`<span class="state">${known.elsewhere}</span>`;
  if (known.problem !== undefined) return html`<span class="state">${icon('error')}${known.problem}</span>`;
  const finding = known.finding === undefined ? undefined : app.store.state.answers.findings?.findings[known.finding];
  return finding && !known.holds
    ? html`<span class="state">${icon(finding.severity)}${rulesWords.fails(finding)}</span> ${mending(app, known)}`
    : html`<span class="state">${icon('pass')}${rulesWords.holds()}</span>`;
}

/** A failing rule that training can lead towards has a program; a stored report cannot open one. */
function mending(app: App, { rule, isMendable }: KnownRule): Drawn {
  if (!isMendable || app.store.state.answers.state?.stored) return nothing;
  return button(
    findingsWords.mend(),
    () => {
      mend(app, rule);
    },
    'link',
  );
}

function replace(app: App, place: number, rule: Rule): void {
  setRules(
    app,
    rulesOf(app).map((known, index) => (index === place ? rule : known.rule)),
  );
}
