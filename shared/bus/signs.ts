import type { Conversation, Exchange } from './exchange.ts'
import { isSerialModbus, type Framing } from './tape-entry.ts'

/** A frame of a hundred registers is told by its first ones; the list of frames has them all. */
const mostShown = 70
const brief = (words: string): string =>
  words.length <= mostShown ? words : `${words.slice(0, words.lastIndexOf(' ', mostShown))} …`

/** A sign of something wrong with the bus itself, with the numbers it rests on. `clear` is said only where enough was seen. */
export interface Sign {
  readonly kind:
    | 'echo'
    | 'second-master'
    | 'noise'
    | 'wrong-baud'
    | 'duplicate-address'
    | 'needs-gap'
    | 'gateway-path'
    | 'gateway-target'
    | 'wrong-unit'
    | 'late-replies'
  readonly state: 'found' | 'clear' | 'not-assessed'
  readonly title: string
  /** What was seen, or why nothing can be said. */
  readonly text: string
  readonly numbers: readonly { readonly label: string; readonly value: string }[]
  /** How it is known. */
  readonly how: string
  /** What to do; '' where nothing is. */
  readonly remedy: string
  /** Frames on the tape that show it, newest last. */
  readonly frames: readonly number[]
}

export interface SignFacts {
  readonly framing: Framing
  /** RTU carried by a gateway: what it does to the bus behind it is only partly seen. */
  readonly isNetwork: boolean
  readonly localEcho: boolean
}

/** So many exchanges must be in the window before their absence of faults says anything (editable assumption). */
const enough = 20
const shown = 20
const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part > 0 && part < whole / 100 ? 1 : 0)} %`
const isGood = ({ result }: Exchange): boolean => result === 'ok' || result === 'exception'
const isGarbled = ({ result }: Exchange): boolean => result === 'crc' || result === 'framing'

interface Found {
  readonly text: string
  readonly numbers: Sign['numbers']
  readonly remedy: string
  readonly frames: readonly number[]
}
interface Definition {
  readonly kind: Sign['kind']
  readonly title: string
  readonly how: string
  /** Framings in which it shows at all. */
  readonly in: readonly Framing[]
  /** Requests needed before it can be called clear; some show only in enough requests. */
  readonly look: (talk: Conversation, facts: SignFacts) => Found | null | { readonly unknown: string }
}

const second: Definition = {
  kind: 'second-master',
  title: 'A second master is on the bus',
  in: ['rtu', 'ascii'],
  how: 'whole frames with a right check sum that are requests, or replies nobody here asked for',
  look: ({ unasked, exchanges }) => {
    const requests = unasked.filter(({ kind }) => kind === 'request')
    const replies = unasked.filter(({ kind }) => kind === 'reply')
    if (requests.length + replies.length === 0) return null
    const last = [...requests, ...replies].at(-1)
    return {
      text: `Others talk on this bus: ${requests.length} foreign requests and ${replies.length} replies to them were heard, e.g. "${brief(last?.words ?? '')}".`,
      numbers: [
        { label: 'foreign requests', value: String(requests.length) },
        { label: 'unasked replies', value: String(replies.length) },
        { label: 'own requests', value: String(exchanges.length) },
      ],
      remedy:
        'Find the other master (a PLC, a building controller, a gateway, a second program) and take it off this bus, or let it alone poll and read from it. RS-485 Modbus has one master.',
      frames: [...requests, ...replies].map(({ seq }) => seq),
    }
  },
}

const definitions: readonly Definition[] = [
  {
    kind: 'echo',
    title: 'The adapter echoes what is sent',
    in: ['rtu', 'ascii', 'mbus'],
    how: 'the bytes of a read request came back before its reply',
    look: ({ exchanges }, { localEcho, framing }) => {
      const echoed = exchanges.filter(({ isEchoed }) => isEchoed)
      if (echoed.length === 0 || (localEcho && isSerialModbus(framing)) || framing === 'mbus') return null
      return {
        text: `${echoed.length} of ${exchanges.length} requests came back as an echo.`,
        frames: echoed.flatMap(({ frames }) => frames.slice(0, 2)),
        numbers: [
          {
            label: 'echoed',
            value: `${echoed.length} of ${exchanges.length} (${percent(echoed.length, exchanges.length)})`,
          },
        ],
        remedy:
          'Local echo: set localEcho: true for this line in the site file, or switch the echo off on the adapter (RE and DE not joined). Reads work meanwhile; an echo of a write looks like its confirmation.',
      }
    },
  },
  second,
  {
    kind: 'noise',
    title: 'Noise or reflections before frames',
    in: ['rtu', 'ascii', 'mbus'],
    how: 'bytes that make no frame came right before a reply with a right check sum, or while nobody was asked',
    look: ({ exchanges, unasked }) => {
      const noisy = exchanges.filter(({ noiseBytes }) => noiseBytes > 0)
      const idle = unasked.filter(({ kind, bytes }) => kind === 'garbage' && bytes <= 8)
      const good = exchanges.filter(isGood)
      if (noisy.length + idle.length < Math.max(2, good.length / 100)) return null
      const bytes = noisy.reduce((sum, exchange) => sum + exchange.noiseBytes, 0)
      return {
        text: `${noisy.length} of ${good.length} replies had ${bytes} stray bytes before them; ${idle.length} more came outside of a reply.`,
        numbers: [
          {
            label: 'replies with noise',
            value: `${noisy.length} of ${good.length} (${percent(noisy.length, good.length)})`,
          },
          { label: 'bytes', value: String(bytes) },
        ],
        remedy:
          'Check the bus ends (120 ohms at both, nowhere else), the bias resistors, that the cable is one line without stubs, and the shield on one side.',
        frames: [...noisy.flatMap(({ frames }) => frames), ...idle.map(({ seq }) => seq)],
      }
    },
  },
  {
    kind: 'wrong-baud',
    title: 'Wrong baud rate or parity',
    in: ['rtu', 'ascii', 'mbus'],
    how: 'something answers most requests, and nothing of it is a frame',
    look: ({ exchanges }) => {
      const good = exchanges.filter(isGood).length
      const garbled = exchanges.filter(isGarbled)
      if (good > 0 || garbled.length < 3 || garbled.length < exchanges.length / 2) return null
      return {
        text: `All ${garbled.length} answers to ${exchanges.length} requests are garbage; not one frame was right.`,
        frames: garbled.flatMap(({ frames }) => frames),
        numbers: [
          { label: 'garbled', value: `${garbled.length} of ${exchanges.length}` },
          { label: 'right frames', value: '0' },
        ],
        remedy:
          'Compare baud rate, parity and stop bits of this line with the menu of a device; a scan finds them. If they agree, swap A and B.',
      }
    },
  },
  {
    kind: 'duplicate-address',
    title: 'Two devices may have one address',
    in: ['rtu', 'ascii', 'mbus'],
    how: "one unit's replies are garbled or come twice while the others on the same wire are clean",
    look: ({ exchanges }) => {
      const units = [...new Set(exchanges.flatMap(({ unit }) => (unit === null ? [] : [unit])))]
      const bad = (unit: number) =>
        exchanges.filter((exchange) => exchange.unit === unit && (isGarbled(exchange) || exchange.replies > 1))
      const asked = (unit: number) => exchanges.filter((exchange) => exchange.unit === unit).length
      for (const unit of units) {
        const mine = bad(unit)
        if (mine.length < 3 || mine.length < 0.1 * asked(unit)) continue
        const others = exchanges.filter((exchange) => exchange.unit !== unit)
        const doubles = mine.filter(({ replies }) => replies > 1).length
        const badOthers = others.filter(isGarbled).length
        if (doubles < 3 && (others.length < enough || badOthers > 0.02 * others.length)) continue
        return {
          text: `Unit ${unit}: ${mine.length} of ${asked(unit)} replies are garbled or double (${doubles} double), on a bus whose other devices are garbled ${badOthers} times in ${others.length}.`,
          numbers: [
            { label: `garbled of unit ${unit}`, value: percent(mine.length, asked(unit)) },
            { label: 'garbled of the others', value: percent(badOthers, others.length) },
            { label: 'two replies', value: String(doubles) },
          ],
          remedy: `Switch devices off one by one: if unit ${unit} still answers when its own device is off, another has that address; give it a free one. If not, the device's transceiver or its stub is at fault.`,
          frames: mine.flatMap(({ frames }) => frames),
        }
      }
      return units.length < 2
        ? { unknown: 'Only one unit was asked in the window: there is no other to compare it with.' }
        : null
    },
  },
  {
    kind: 'needs-gap',
    title: 'A device needs a longer pause',
    in: ['rtu', 'ascii', 'mbap', 'mbus'],
    how: 'requests after a short pause fail, those after a long one do not',
    look: ({ exchanges }) => {
      const units = [...new Set(exchanges.flatMap(({ unit }) => (unit === null ? [] : [unit])))]
      let alike = ''
      for (const unit of units) {
        const mine = exchanges.filter(
          (exchange) => exchange.unit === unit && exchange.gapBeforeMs !== null && exchange.result !== 'open',
        )
        const failed = mine.filter((exchange) => !isGood(exchange))
        if (failed.length < 3 || failed.length > 0.9 * mine.length) continue
        const longestFailedMs = Math.max(...failed.map(({ gapBeforeMs }) => gapBeforeMs ?? 0))
        const short = mine.filter(({ gapBeforeMs }) => (gapBeforeMs ?? 0) <= longestFailedMs)
        const long = mine.filter(({ gapBeforeMs }) => (gapBeforeMs ?? 0) > longestFailedMs)
        if (long.length < 10 || failed.length < 0.5 * short.length) {
          alike = `Unit ${unit} failed ${failed.length} times, and that does not depend on the pause before the request.`
          continue
        }
        const wantedMs = Math.ceil(Math.min(...long.map(({ gapBeforeMs }) => gapBeforeMs ?? 0)))
        return {
          text: `Unit ${unit}: ${failed.length} of ${short.length} requests after at most ${longestFailedMs.toFixed(0)} ms of silence failed, none of ${long.length} after more.`,
          numbers: [
            { label: 'failed after a short pause', value: percent(failed.length, short.length) },
            { label: 'failed after a long one', value: '0 %' },
            { label: 'shortest pause that worked above', value: `${wantedMs} ms` },
          ],
          remedy: `Set quietMs to about ${wantedMs} for this line, or in the meter's profile, and see whether the faults end.`,
          frames: failed.flatMap(({ frames }) => frames),
        }
      }
      return alike === '' ? null : { unknown: alike }
    },
  },
  ...(
    [
      [
        10,
        'gateway-path',
        'The gateway has no path to a unit (0x0A)',
        'In the gateway: the serial port of this unit, its range of units, and whether the port is enabled. The request did not reach the bus.',
      ],
      [
        11,
        'gateway-target',
        'A device behind the gateway does not answer (0x0B)',
        "The gateway did ask: check the device's power, bus wiring, unit number and baud rate; or raise the gateway's reply timeout.",
      ],
    ] as const
  ).map(([code, kind, title, remedy]): Definition => ({
    kind,
    title,
    in: ['rtu', 'ascii', 'mbap'],
    how: `exception code 0x0${code === 10 ? 'A' : 'B'}, which only gateways send (Modbus Application Protocol V1.1b3, 7)`,
    look: ({ exchanges }) => {
      const hit = exchanges.filter(({ exceptionCode }) => exceptionCode === code)
      if (hit.length === 0) return null
      const units = [...new Set(hit.map(({ unit }) => unit))].join(', ')
      return {
        text: `${hit.length} of ${exchanges.length} requests, for unit ${units}.`,
        numbers: [
          { label: 'exceptions', value: `${hit.length} of ${exchanges.length}` },
          { label: 'units', value: units },
        ],
        remedy,
        frames: hit.flatMap(({ frames }) => frames),
      }
    },
  })),
  {
    kind: 'wrong-unit',
    title: 'Another unit answers',
    in: ['rtu', 'ascii', 'mbap'],
    how: 'a valid reply with a unit number that was not asked',
    look: ({ exchanges }) => {
      const wrong = exchanges.filter(({ result }) => result === 'wrong-unit')
      if (wrong.length === 0) return null
      const pairs = [
        ...new Set(wrong.map(({ unit, wrongUnit }) => `${unit ?? '?'} asked, ${wrongUnit ?? '?'} answered`)),
      ]
      return {
        text: `${wrong.length} replies: ${pairs.slice(0, 4).join('; ')}.`,
        numbers: [{ label: 'wrong replies', value: `${wrong.length} of ${exchanges.length}` }],
        remedy: 'Check the unit numbers in the devices, and in a gateway whether it rewrites them.',
        frames: wrong.flatMap(({ frames }) => frames),
      }
    },
  },
  {
    kind: 'late-replies',
    title: 'Replies come after the deadline',
    in: ['rtu', 'ascii', 'mbap', 'mbus'],
    how: 'a right reply to a request that had been given up; it was thrown away',
    look: ({ exchanges, unasked }) => {
      const late = unasked.filter(({ kind }) => kind === 'late')
      if (late.length === 0) return null
      const delays = exchanges.flatMap(({ result, replyEndMs, requestEndMs }) =>
        result === 'late' && replyEndMs !== null ? [replyEndMs - requestEndMs] : [],
      )
      const longestMs = delays.length === 0 ? null : Math.max(...delays)
      const units = [...new Set(late.map(({ unit }) => unit))].join(', ')
      return {
        text: `${late.length} ${late.length === 1 ? 'reply' : 'replies'} of unit ${units} came too late${longestMs === null ? '' : `, the latest ${longestMs.toFixed(0)} ms after its request`}.`,
        numbers: [
          { label: 'late', value: String(late.length) },
          ...(longestMs === null ? [] : [{ label: 'latest after', value: `${longestMs.toFixed(0)} ms` }]),
        ],
        remedy: `Set timeoutMs of this line ${longestMs === null ? 'higher' : `to ${Math.ceil((longestMs * 1.25) / 50) * 50} or more`}, or ask that device for less at once.`,
        frames: late.map(({ seq }) => seq),
      }
    },
  },
]

const noFrames = 'Not assessed: no frames in the window.'
const hidden = 'Not assessed: TCP hides the bus behind the gateway.'

/** Every sign, in a fixed order: found, clear, or why it was not assessed. */
export const signsOf = (talk: Conversation, facts: SignFacts): Sign[] =>
  definitions.map(({ kind, title, how, in: framings, look }): Sign => {
    const base = { kind, title, how, numbers: [], remedy: '', frames: [] } as const
    if (talk.exchanges.length + talk.unasked.length === 0) return { ...base, state: 'not-assessed', text: noFrames }
    if (!framings.includes(facts.framing)) {
      const text = facts.framing === 'mbap' ? hidden : 'Not assessed: this sign does not exist in this protocol.'
      return { ...base, state: 'not-assessed', text }
    }
    const found = look(talk, facts)
    if (found !== null && 'unknown' in found)
      return { ...base, state: 'not-assessed', text: `Not assessed: ${found.unknown}` }
    if (found !== null) return { ...base, ...found, state: 'found', frames: found.frames.slice(-shown) }
    if (talk.exchanges.length < enough)
      return {
        ...base,
        state: 'not-assessed',
        text: `Not assessed: only ${talk.exchanges.length} requests in the window, ${enough} are wanted.`,
      }
    const through =
      facts.isNetwork && isSerialModbus(facts.framing) ? ' A gateway passes on only what it wants to.' : ''
    return { ...base, state: 'clear', text: `None in ${talk.exchanges.length} requests.${through}` }
  })
