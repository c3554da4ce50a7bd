import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { createLinkReceiver } from './link-frame.ts'
import { readMbusProfile } from './read-mbus-profile.ts'
import { decodeTelegram } from './telegram.ts'
import { valuesOf } from './values-of.ts'

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const asset = (name: string) => readFile(new URL(`../../assets/profiles/mbus/${name}.yaml`, import.meta.url), 'utf8')
const golden = await Promise.all(
  ['mbus-electricity', 'eastron-sdm630-mbus', 'emu-professional-mbus', 'gmc-emmod206-mbus'].map((name) =>
    asset(`${name}.golden`),
  ),
)
const frames = golden.flatMap((text) =>
  (parse(text) as { cases: { telegrams: string[] }[] }).cases.flatMap(({ telegrams }) => telegrams.map(bytesOf)),
)
const records = JSON.parse(await readFile(new URL('./test-support/records.json', import.meta.url), 'utf8')) as {
  header: string
  records: { record: string }[]
}
const data = [
  ...frames.map((frame) => frame.slice(7, -2)),
  ...records.records.map(({ record }) => bytesOf(records.header + record)),
]
const read = readMbusProfile(await asset('mbus-electricity'), 'mbus-electricity.yaml')
if (!read.ok) throw new Error('the profile is not sound')
const { profile } = read

/** The frame rules once more, written apart from the receiver: starts, both lengths, sum, end. */
const isWhole = (bytes: Uint8Array): boolean => {
  if (bytes.length === 1) return bytes[0] === 0xe5
  const body = bytes[0] === 0x10 ? bytes.subarray(1, -2) : bytes.subarray(4, -2)
  let sum = 0
  for (const byte of body) sum += byte
  const head =
    bytes[0] === 0x10
      ? bytes.length === 5
      : bytes[0] === 0x68 && bytes[3] === 0x68 && bytes[1] === bytes[2] && bytes[1] === body.length && body.length >= 3
  return head && bytes.at(-1) === 0x16 && bytes.at(-2) === sum % 256
}

describe('mutated M-Bus bytes', () => {
  it(
    'the receiver takes no frame that is none, loses no byte and finds the next good frame',
    () => {
      const random = seededRandom(13757)
      const receiver = createLinkReceiver()
      let accepted = 0
      for (let run = 0; run < fuzzRuns; run += 1) {
        const bytes = mutate(frames[run % frames.length]!, random)
        receiver.reset()
        const cut = Math.floor(random() * bytes.length)
        const items = [...receiver.push(bytes.subarray(0, cut)), ...receiver.push(bytes.subarray(cut))]
        const pending = receiver.pending()
        if (pending.length > 260) throw new Error(`run ${run}: ${pending.length} bytes pending`)
        let at = 0
        for (const item of [...items.map(({ bytes: taken }) => taken), pending]) {
          for (const byte of item)
            if (bytes[at++] !== byte) throw new Error(`run ${run}: byte ${at - 1} is not the one received`)
        }
        if (at !== bytes.length) throw new Error(`run ${run}: ${bytes.length - at} bytes lost`)
        for (const item of items) {
          if (item.bytes.length === 0) throw new Error(`run ${run}: an item without bytes`)
          if (item.kind !== 'frame') continue
          accepted += 1
          if (!isWhole(item.bytes)) throw new Error(`run ${run}: taken for a frame: ${item.bytes.join(' ')}`)
        }
        // Whatever was begun ends within the longest frame of silence bytes; then the line is clean again.
        receiver.push(new Uint8Array(261))
        const after = receiver.push(frames[0]!)
        if (!after.some((item) => item.kind === 'frame' && item.frame.kind === 'long'))
          throw new Error(`run ${run}: a good frame was not found after the damage`)
      }
      expect(accepted).toBeGreaterThan(0)
    },
    fuzzTimeoutMs,
  )

  it(
    'the decoder answers every telegram with records made of its own bytes, or with a sentence',
    () => {
      const random = seededRandom(2018)
      const cis = [0x72, 0x72, 0x72, 0x76, 0x73, 0x78, 0x7a, 0x70]
      let decodedRuns = 0
      for (let run = 0; run < fuzzRuns; run += 1) {
        const bytes = mutate(data[run % data.length]!, random)
        const decoded = decodeTelegram(cis[run % cis.length]!, bytes)
        if (!decoded.ok) {
          if (decoded.problem.length < 10 || decoded.problem.length > 400)
            throw new Error(`run ${run}: '${decoded.problem}'`)
          continue
        }
        decodedRuns += 1
        const { telegram } = decoded
        const used = telegram.records.reduce((sum, { raw }) => sum + raw.length, telegram.manufacturerData?.length ?? 0)
        if (used > bytes.length) throw new Error(`run ${run}: ${used} bytes made of ${bytes.length}`)
        for (const { value } of telegram.records) {
          if (value.kind === 'number' && !Number.isFinite(value.value))
            throw new Error(`run ${run}: ${value.value} is no number`)
          if (value.kind === 'time' && !/^(\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?|\d\d:\d\d:\d\d)$/.test(value.text))
            throw new Error(`run ${run}: '${value.text}' is no time`)
          if (value.kind === 'none' && value.why === '') throw new Error(`run ${run}: no value and no reason`)
        }
        for (const [key, reading] of valuesOf(profile, [telegram])) {
          if (reading.value === null ? reading.why === '' : !Number.isFinite(reading.value))
            throw new Error(`run ${run}: ${key} is ${reading.value}`)
        }
      }
      expect(decodedRuns).toBeGreaterThan(fuzzRuns / 20)
    },
    fuzzTimeoutMs,
  )
})
