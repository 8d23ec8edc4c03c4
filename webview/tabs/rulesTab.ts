import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Expectation, Rule } from '../../src/findings/rule';
import { setRules, tell } from '../actions';
import type { App } from '../app';
import { button, select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { filterChip } from '../parts/filterChip';
import { icon } from '../parts/icon';
import { progressLine } from '../parts/progress';
import { sentence } from '../parts/sentence';
import { outputUnit, viewOf } from '../view';
import { rulesWords } from '../words/rules';
import { newRule, ruleLine, slopeExpectations } from './ruleLine';
import type { RuleLine } from './ruleLine';
import { rulesText } from './ruleText';
import type { Tab } from './tab';

/** What is expected of each input and of the forecast, and whether it holds. */
export const rulesTab: Tab = { name: 'rules', title: rulesWords.tab, draw };

function draw(app: App): TemplateResult {
  const { answers } = app.store.state;
  const hasRules = (answers.findings?.rules.length ?? 0) > 0;
  const progress = progressLine(app);
  const text = hasRules ? (answers.lanes?.sentence ?? '') : rulesWords.none();
  const below = hasRules ? rulesWords.below() : rulesWords.noneBelow(outputName(app));
  return html`${sentence(text, progress === nothing ? below : progress, tools(app))} ${filterChip(app)}
    <div class="rules">
      <section>${answers.state?.stored ? nothing : suggestions(app)} ${table(app)} ${bulk(app)}</section>
      <section>${fileText(app)}</section>
    </div>`;
}

function outputName({ store }: App): string {
  return store.state.answers.model?.outputs[viewOf(store.state).output]?.name ?? '';
}

function tools(app: App): Drawn {
  const { answers } = app.store.state;
  if (answers.state?.stored) return nothing;
  return html`${button(rulesWords.addForecast(), () => {
    const rules = (answers.findings?.rules ?? []).map((known) => known.rule);
    setRules(app, [...rules, newRule('forecast at least', undefined)]);
  })}
  ${button(rulesWords.save(), () => tell(app, 'saveRules'), 'primary')}`;
}

function table(app: App): TemplateResult {
  const { answers, screen } = app.store.state;
  const { ruleLines } = screen;
  const lines = linesOf(app);
  const isStored = answers.state?.stored ?? false;
  return html`<fieldset class="plain-fieldset" ?disabled=${isStored}>
      <div class="scroll-x">
        <table class="plain rule-table" aria-label=${rulesWords.table()}>
          <thead>
            <tr>
              <th scope="col">${rulesWords.whenRises()}</th>
              <th scope="col">${outputName(app)}</th>
              <th scope="col">${rulesWords.limit()}</th>
              <th scope="col">${rulesWords.checked()}</th>
              <th scope="col">${rulesWords.level()}</th>
              <th scope="col">${rulesWords.inRows(answers.lanes?.shown ?? 0)}</th>
            </tr>
          </thead>
          <tbody>
            ${lines.slice(0, ruleLines).map((line) => ruleLine(app, line))}
          </tbody>
        </table>
      </div>
    </fieldset>
    ${
      lines.length > ruleLines
        ? button(
            rulesWords.more(lines.length - ruleLines),
            () => {
              app.store.show({ ruleLines: 2 * ruleLines });
            },
            'link',
          )
        : nothing
    }`;
}

/** Inputs as the lanes stand, each with its rules or an empty line; then the rules for the forecast. */
function linesOf({ store }: App): readonly RuleLine[] {
  const { answers } = store.state;
  const rules = answers.findings?.rules ?? [];
  const placesByInput = new Map<string, number[]>();
  rules.forEach(({ rule }, place) => {
    if (rule.input !== undefined) placesByInput.set(rule.input, [...(placesByInput.get(rule.input) ?? []), place]);
  });
  const ofInputs = (answers.lanes?.lanes ?? [])
    .filter(
      (lane) => lane.kind !== 'switched' || placesByInput.has(lane.name) || answers.model?.inputs[lane.input]?.levels,
    )
    .flatMap((lane) => (placesByInput.get(lane.name) ?? [-1]).map((place) => ({ lane, name: lane.name, place })));
  const known = new Set(ofInputs.map((line) => line.place));
  const others = rules.flatMap(({ rule }, place) =>
    known.has(place) ? [] : [{ name: rule.input ?? rulesWords.forecastLine(rule.output ?? ''), place }],
  );
  return [...ofInputs, ...others];
}

/** One rule for many inputs at once. */
function bulk(app: App): Drawn {
  const { answers, screen } = app.store.state;
  const { group, expect } = screen.bulk;
  const lanes = (answers.lanes?.lanes ?? []).filter((lane) => lane.kind !== 'switched');
  if (answers.state?.stored || lanes.length < 2) return nothing;
  const groups = {
    all: lanes,
    counts: lanes.filter((lane) => lane.kind === 'whole number'),
    numbers: lanes.filter((lane) => lane.kind === 'number'),
  };
  const offered = (['all', 'counts', 'numbers'] as const).filter((group) => groups[group].length > 1);
  return html`<div class="suggest small">
    <span class="soft">${rulesWords.setForAll()}</span>
    ${select({
      label: rulesWords.groups(),
      value: group,
      options: offered.map((value) => ({ value, text: rulesWords.group(value, groups[value].length) })),
      choose: (chosen) => {
        app.store.show({ bulk: { group: chosen, expect } });
      },
    })}
    ${select<Expectation>({
      label: rulesWords.expectationOf(rulesWords.group(group, groups[group].length)),
      value: expect,
      options: slopeExpectations.map((value) => ({ value, text: rulesWords.expectation(value) })),
      choose: (chosen) => {
        app.store.show({ bulk: { group, expect: chosen } });
      },
    })}
    ${button(rulesWords.set(), () => {
      const names = new Set(groups[group].map((lane) => lane.name));
      const others = (answers.findings?.rules ?? [])
        .map((known) => known.rule)
        .filter((rule) => !names.has(rule.input ?? ''));
      setRules(app, [...others, ...[...names].map((name) => newRule(expect, name))]);
    })}
  </div>`;
}

/** Rules that would follow what the network does on average; never applied by themselves. */
function suggestions(app: App): Drawn {
  const all = app.store.state.answers.findings?.suggestions ?? [];
  const bySentence = new Map<string, Rule[]>();
  for (const rule of all) {
    const key = rule.input === undefined ? `forecast ${rule.expect}` : rule.expect;
    bySentence.set(key, [...(bySentence.get(key) ?? []), rule]);
  }
  return html`${[...bySentence.values()].map((rules) => suggestion(app, rules))}`;
}

function suggestion(app: App, rules: readonly Rule[]): Drawn {
  const first = rules[0];
  if (!first) return nothing;
  const text =
    first.input === undefined
      ? rulesWords.suggestForecast(outputName(app), first.low ?? 0, outputUnit(app.store.state))
      : rulesWords.suggestion(rules.length, outputName(app), first.expect);
  return html`<div class="suggest small">
    ${icon('bulb')}<span class="grow soft">${text}</span>
    ${button(
      rulesWords.add(rules.length),
      () => {
        const now = (app.store.state.answers.findings?.rules ?? []).map((known) => known.rule);
        setRules(app, [...now, ...rules]);
      },
      'link',
    )}
  </div>`;
}

function fileText(app: App): TemplateResult {
  const rules = (app.store.state.answers.findings?.rules ?? []).map((known) => known.rule);
  return html`<header>
      <h2>${rulesWords.file()}</h2>
      <p class="soft small">${rulesWords.fileBelow()}</p>
    </header>
    <pre class="code block" tabindex="0">${rulesText(rules)}</pre>
    <header><h2>${rulesWords.inCi()}</h2></header>
    <pre class="code block" tabindex="0">npx slopescope check slopescope.json --format sarif</pre>
    <p class="soft small">${rulesWords.ciBelow()}</p>`;
}
