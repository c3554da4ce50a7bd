/**
 * A number a person typed: with a point or a comma, without an exponent. Anything else comes back as it was typed, so that a form
 * can say what is wrong with it: 250/5 must not become 2505, nor 1e3 become 13.
 */
export const readTypedNumber = (text: string): number | string => {
  const plain = text.trim().replace('−', '-')
  return /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$/.test(plain) ? Number(plain.replace(',', '.')) : plain
}

/** What is wrong with a text that is no number; null while the field is empty. */
export const typedNumberProblem = (value: number | string): string | null => {
  if (typeof value === 'number' || value === '') return null
  if (/^\d+\s*\/\s*\d+$/.test(value)) return `"${value}" are two numbers: write each in its own field`
  if (/^[+-]?[\d.,]+e[+-]?\d+$/i.test(value)) return 'Write it in full, without an exponent'
  if (/^[\d\s.,']+$/.test(value)) return 'Write it without separators between thousands'
  return `"${value}" is no number`
}
