/** The product of two moves, 0 where one of them does not move even if the other is infinite. */
export function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}
