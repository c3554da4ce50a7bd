/** Modbus Application Protocol V1.1b3, 7. */
const exceptionWords: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway: target failed to respond',
}
export const exceptionText = (code: number | null): string =>
  `exception ${String(code ?? '?')}${code !== null && code in exceptionWords ? `: ${exceptionWords[code] ?? ''}` : ''}`
