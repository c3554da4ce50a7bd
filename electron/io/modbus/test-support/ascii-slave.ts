import { answerRtu, sealed, type SlaveRules } from './raw-slave.ts'

/** Modbus ASCII written from the standard's text alone: it shares no code with the product. */
const sumOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum + byte, 0)

/** An RTU frame as ASCII: its CRC off, pairs of digits, LRC. `start`: ABL chargers answer with '>'. */
export const asciiOf = (rtu: Uint8Array, start = ':'): Uint8Array => {
  const body = [...rtu.slice(0, -2)]
  const lrc = (256 - (sumOf(body) % 256)) % 256
  return Uint8Array.from(
    Buffer.from(
      `${start}${Buffer.from([...body, lrc])
        .toString('hex')
        .toUpperCase()}\r\n`,
      'latin1',
    ),
  )
}

/** The RTU frame of one ASCII request; throws for anything else. */
export const rtuOf = (characters: Uint8Array): Uint8Array => {
  const match = /^:((?:[0-9A-F]{2}){4,255})\r\n$/.exec(Buffer.from(characters).toString('latin1'))
  const bytes = [...Buffer.from(match?.[1] ?? '', 'hex')]
  if (bytes.length === 0 || sumOf(bytes) % 256 !== 0)
    throw new Error(`no ASCII request: ${JSON.stringify(Buffer.from(characters).toString('latin1'))}`)
  return sealed(bytes.slice(0, -1))
}

/** The ASCII reply to one ASCII request; null: says nothing. */
export const answerAscii = (characters: Uint8Array, rules: SlaveRules = {}): Uint8Array | null => {
  const reply = answerRtu(rtuOf(characters), rules)
  return reply === null ? null : asciiOf(reply)
}
