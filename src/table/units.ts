import { plainName } from './names';

/** Units by column or input name, as `slopescope.json` gives them. */
export type Units = Readonly<Record<string, string>>;

/** A header with a unit in brackets, taken apart: `duration [min]` is `duration` in `min`. */
export interface NameWithUnit {
  readonly name: string;
  readonly unit?: string;
}

const brackets = /^(.*\S)\s*(?:\[([^\][]*)\]|\(([^()]*)\))$/;

/** Takes a unit in square or round brackets off the end of a header. A number in brackets is no unit (`input[3]`). */
export function splitUnit(header: string): NameWithUnit {
  const match = brackets.exec(header.trim());
  const unit = (match?.[2] ?? match?.[3])?.trim();
  if (!match?.[1] || !unit || /^\d+$/.test(unit)) return { name: header.trim() };
  return { name: match[1], unit };
}

/** The unit of a name: from the given units (by the same comparison as column names), else from brackets, else ''. */
export function unitOf(units: Units, ...names: readonly (string | undefined)[]): string {
  const known = names.filter((name) => name !== undefined);
  const wanted = new Set(known.flatMap((name) => [plainName(name), plainName(splitUnit(name).name)]));
  const given = Object.entries(units).find(([name]) => wanted.has(plainName(name)))?.[1];
  return given ?? known.map((name) => splitUnit(name).unit).find((unit) => unit !== undefined) ?? '';
}

/** The unit of a slope: `min per call`, or `duration per 1 calls_made` where a unit is not known. */
export function slopeUnit(
  output: { readonly name: string; readonly unit: string },
  input: { readonly name: string; readonly unit: string },
): string {
  const above = output.unit || splitUnit(output.name).name;
  return `${above} per ${input.unit || `1 ${splitUnit(input.name).name}`}`;
}
