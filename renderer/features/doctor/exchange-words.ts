import type { Exchange, ExchangeResult } from '../../../shared/bus/exchange.ts'
import { exceptionWord, functionWord, hex2, hex4 } from '../../../shared/modbus/words.ts'
import type { MarkKind } from '../../ui/mark.tsx'

const results: Readonly<Record<ExchangeResult, { readonly kind: MarkKind; readonly word: string }>> = {
  ok: { kind: 'normal', word: 'answered' },
  exception: { kind: 'warning', word: 'exception' },
  timeout: { kind: 'critical', word: 'timeout' },
  late: { kind: 'critical', word: 'late reply' },
  crc: { kind: 'critical', word: 'CRC bad' },
  framing: { kind: 'critical', word: 'garbled' },
  'wrong-unit': { kind: 'critical', word: 'wrong unit' },
  open: { kind: 'unknown', word: 'waiting' },
}
export const resultOf = (exchange: Exchange): { readonly kind: MarkKind; readonly word: string } => {
  const { kind, word } = results[exchange.result]
  return {
    kind,
    word:
      exchange.exceptionCode === null
        ? word
        : `exception 0x${hex2(exchange.exceptionCode)} ${exceptionWord(exchange.exceptionCode)}`,
  }
}
export const isFault = ({ result }: Exchange): boolean => result !== 'ok' && result !== 'open'

export const askedFor = ({ functionCode, address, count }: Exchange): string =>
  functionCode === null
    ? 'asked'
    : `${functionWord(functionCode)}${address === null ? '' : ` 0x${hex4(address)}${count === null || count < 2 ? '' : `-0x${hex4(address + count - 1)}`}`}`
