/**
 * A name as it is compared: without byte order mark and outer blanks, in small letters, with `_`, `-`, `.` and blanks
 * made equal. "Calls Made" and "calls_made" are the same name.
 */
export function plainName(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]+/g, '_');
}

/** Tells which names a pattern such as `forms_*` means, compared as names are. */
export function namePattern(pattern: string): (name: string) => boolean {
  // `plainName` would trim the blanks and joints at the ends of a piece.
  const pieces = pattern.split('*').map((piece) =>
    piece
      .toLowerCase()
      .replace(/[\s_.-]+/g, '_')
      .replace(/[^a-z0-9_]/g, '\\$&'),
  );
  const whole = new RegExp(`^${pieces.join('.*')}$`);
  return (name) => whole.test(plainName(name));
}

/** Number of single-letter changes (insert, delete, replace, swap neighbours) between two texts, for "Did you mean …?". */
export function editDistance(first: string, second: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let i = 1; i <= first.length; i++) {
    const row = [i];
    for (let j = 1; j <= second.length; j++) {
      const replace = last[j - 1]! + (first[i - 1] === second[j - 1] ? 0 : 1);
      let cost = Math.min(replace, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && first[i - 1] === second[j - 2] && first[i - 2] === second[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[second.length]!;
}

/** The name that was most likely meant, or undefined when none is near (more than a third of its letters differ). */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const wanted = plainName(wrong);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const plain = plainName(name);
    const distance = editDistance(wanted, plain);
    const near = distance <= Math.max(1, Math.max(wanted.length, plain.length) / 3);
    if (near && distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}
