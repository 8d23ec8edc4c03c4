import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Expectation, Rule } from '../../src/findings/rule';
import type { Severity } from '../../src/problem';
import type { Findings, Lane } from '../../src/session/service';
import { setRules } from '../actions';
import type { App } from '../app';
import { select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { icon } from '../parts/icon';
import { outputUnit } from '../view';
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
const forecastExpectations: readonly Expectation[] = ['forecast at least', 'forecast at most', 'forecast between'];
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
    <td>${known ? limits(app, line, known.rule) : nothing}</td>
    <td>${known && line.lane?.kind === 'whole number' ? check(app, line, known.rule) : nothing}</td>
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
  const expectations = lane ? slopeExpectations : forecastExpectations;
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
      else if (rule) setRules(app, rules.with(place, withExpectation(rule, expect)));
      else setRules(app, [...rules, newRule(expect, lane?.name)]);
    },
  });
}

/** A rule as the page makes it. */
export function newRule(expect: Expectation, input: string | undefined): Rule {
  const rule: Rule = { expect, level: 'warning' };
  return withExpectation(input === undefined ? rule : { ...rule, input }, expect);
}

/** The same rule with another expectation: limits it needs begin at 0, those it does not need go. */
function withExpectation({ low, high, ...rule }: Rule, expect: Expectation): Rule {
  const needsLow = expect.endsWith('at least') || expect.endsWith('between');
  const needsHigh = expect.endsWith('at most') || expect.endsWith('between');
  return {
    ...rule,
    expect,
    ...(needsLow ? { low: low ?? 0 } : {}),
    ...(needsHigh ? { high: high ?? low ?? 0 } : {}),
  };
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
          .value=${live(String(rule[side]))}
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
    ? html`<span class="state">${icon(finding.severity)}${rulesWords.fails(finding)}</span>`
    : html`<span class="state">${icon('pass')}${rulesWords.holds()}</span>`;
}

function replace(app: App, place: number, rule: Rule): void {
  setRules(
    app,
    rulesOf(app).map((known, index) => (index === place ? rule : known.rule)),
  );
}
