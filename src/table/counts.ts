const thinSpace = '\u2009';

/** All digits of a whole number without a sign, thin spaces in thousands. */
export function groupedDigits(number: number | string): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, thinSpace);
}

/** "40 million", "about" said elsewhere: a number with two digits, or one from which it does not differ by more. */
export function roundCount(number: number): string {
  const rounded = Number(number.toPrecision(2));
  if (rounded >= 1e9) return `${rounded / 1e9} billion`;
  return rounded >= 1e6 ? `${rounded / 1e6} million` : groupedDigits(rounded);
}
