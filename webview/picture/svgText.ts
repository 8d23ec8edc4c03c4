/** Content of an element: elements already written, or a text still to be escaped. */
type Content = string | { readonly text: string };

/** One SVG element as text. */
export function mark(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: Content = '',
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? shortNumber(value) : value)}"`)
    .join('');
  const inside = typeof content === 'string' ? content : escaped(content.text);
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** A length or place with as many decimals as can be seen. */
export function shortNumber(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Without the signs that mean something in XML, and those it cannot hold. */
function escaped(text: string): string {
  const allowed = Array.from(text).filter((sign) => sign >= ' ' || sign === '\n' || sign === '\t');
  return allowed.join('').replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
