import type { PlainBlocks } from '../../../shared/meter-records/capture-layout.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import type { MeterWay } from './meter-way.ts'
import { countedRate, type CaptureReading } from './raw-capture.ts'

const defaults = { wordOrder: 'high-first' } as const

const readAll = async (way: MeterWay, address: number, count: number, atOnce: number): Promise<number[] | string> => {
  const words: number[] = []
  while (words.length < count) {
    const asked = await way.read(address + words.length, Math.min(atOnce, count - words.length))
    if (!asked.ok) return asked.why
    words.push(...asked.words)
  }
  return words
}

/** Registers as signed numbers: converters count from the middle. */
const signed = (word: number): number => (word << 16) >> 16

/** A float that no one would take for a hash, but enough to tell one content of a buffer from the next. */
const contentOf = (words: readonly number[]): string => {
  let sum = 0x811c9dc5
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193) >>> 0
  return sum.toString(16)
}

/**
 * Each channel from registers of its own. The meter may take its next capture between two reads: what was read before is read again at the end, and
 * where it changed the whole is thrown away.
 */
export const readPlainBlocks = async (
  layout: PlainBlocks,
  way: MeterWay,
  largest: number,
  nominalHz: number,
): Promise<CaptureReading> => {
  const all: { readonly name: string; readonly unit: 'V' | 'A'; readonly words: number[]; readonly scale: number }[] =
    []
  const failed = (why: string): CaptureReading => ({ ok: false, why })
  for (const channel of layout.channels) {
    const { type, address, scale } = channel.scale
    const head = await way.read(address, registerWidth[type])
    if (!head.ok) return failed(head.why)
    const decoded = decodeRegister({ type, scale }, head.words, defaults)
    if (typeof decoded === 'string') return failed(`the scale of ${channel.name} can't be read`)
    const words = await readAll(way, channel.address, channel.samples, largest)
    if (typeof words === 'string') return failed(words)
    all.push({ name: channel.name, unit: channel.unit, words, scale: decoded.value })
  }
  const [first, firstLayout] = [all[0], layout.channels[0]]
  if (first === undefined || firstLayout === undefined) return failed('it has no channels')
  const again = await readAll(way, firstLayout.address, Math.min(largest, firstLayout.samples), largest)
  if (typeof again === 'string') return failed(again)
  if (again.some((word, index) => word !== first.words[index]))
    return failed('the meter took its next capture while this one was read; ask again')
  let frequencyHz = nominalHz
  if (layout.frequency !== undefined) {
    const { address, type } = layout.frequency
    const asked = await way.read(address, registerWidth[type])
    const decoded = asked.ok ? decodeRegister(layout.frequency, asked.words, defaults) : 'not-available'
    if (typeof decoded !== 'string' && decoded.value > 0) frequencyHz = decoded.value
  }
  const channels = all.map(({ name, unit, words, scale }) => ({
    name,
    unit,
    samples: Float32Array.from(words, (word) => signed(word) * scale),
  }))
  // Counted in what the converter gave: its own counts, so that a small current is not taken for silence.
  const rate = countedRate(
    all.map(({ name, words }) => ({ name, samples: words.map(signed) })),
    frequencyHz,
  )
  if (rate === null) return failed('no whole cycle can be made out in its samples, so their rate is not known')
  const key = `plain ${all.map(({ words }) => contentOf(words)).join(' ')}`
  return { ok: true, captures: [{ key, time: null, ...rate, channels }], notes: layout.missing }
}
