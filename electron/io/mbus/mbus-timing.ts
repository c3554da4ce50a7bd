import type { MbusSiteLine } from '../../../shared/site/site.ts'
import type { MbusExpectation } from '../../core/lines/mbus-line.ts'

export interface MbusTiming {
  /** Time of one character on the M-Bus: 11 bits with even parity. */
  readonly characterMs: number
  /** Longest wait for the first byte of what is expected, from the last byte of the request. */
  readonly firstByteMs: (expect: MbusExpectation) => number
  /** An answer that stops for this long is over, whole or not. */
  readonly idleMs: number
  /** Silence before a request; after a fault at least `guardMs`, so that what is late arrives while nobody waits for it. */
  readonly silenceMs: number
  readonly guardMs: number
}

/** What a USB adapter adds to an answer (FTDI's timer holds bytes for 16 ms), and a network to one way and back (editable assumptions). */
const serialAllowanceMs = 100
const networkAllowanceMs = 250
/** The longest frame, EN 13757-2. */
const longestFrame = 261

/**
 * EN 13757-2, 5.5: a meter begins its answer 11 to 330 bit times, plus up to 50 ms, after the request. Many TCP converters pass an answer on only when
 * it is over, so on a network the time of the longest frame comes on top where a frame is expected.
 */
export const mbusTimingOf = (line: MbusSiteLine): MbusTiming => {
  const bitMs = 1000 / line.baud
  const isNetwork = line.transport === 'mbus-tcp'
  const bits = isNetwork ? 11 : 1 + 8 + (line.parity === 'none' ? 0 : 1) + line.stopBits
  const characterMs = bits * bitMs
  const answerMs = 330 * bitMs + 50
  return {
    characterMs,
    firstByteMs: (expect) =>
      line.timeoutMs ??
      answerMs +
        (isNetwork
          ? networkAllowanceMs + (expect === 'answer' || expect === 'either' ? longestFrame * characterMs : 0)
          : serialAllowanceMs),
    idleMs: isNetwork ? 250 : Math.max(150, 33 * bitMs),
    silenceMs: Math.max(2, 22 * bitMs),
    guardMs: Math.max(isNetwork ? 100 : 50, 33 * bitMs),
  }
}
