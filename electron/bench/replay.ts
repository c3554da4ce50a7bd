import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { siteAbilities } from '../../shared/charger/abilities-of.ts'
import { describeSite } from '../core/api/describe-site.ts'
import { mapMeter } from '../core/acquisition/meter-mapping.ts'
import { unconnectedLink } from '../core/chargers/unconnected-link.ts'
import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { createReplay } from '../core/record/tape/replay.ts'
import { tapeHeadOf } from '../core/record/tape/tape-head.ts'
import { createTapeRecorder } from '../core/record/tape/tape-recorder.ts'
import { createSite } from '../core/site/site.ts'
import type { Moment, SiteInput } from '../core/site/site-input.ts'
import { goodSample } from '../../shared/model/sample.ts'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import { siteSchema } from '../../shared/site/site.ts'
import type { BenchResult } from './result.ts'

const meterCount = 50
const seconds = 300
const startMs = Date.UTC(2026, 10, 23, 10)
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const profileOf = (id: string) => {
  const file = join(import.meta.dirname, '..', '..', 'assets', 'profiles', 'meters', `${id}.yaml`)
  const read = readMeterProfile(readFileSync(file, 'utf8'), file)
  if (!read.ok) throw new Error(`${file} cannot be read`)
  return read.profile
}

/** Values that move as a site's do, and that nothing in it contradicts. */
const valueOf = (key: string, meter: number, second: number): number => {
  const amperes = 10 + 3 * Math.sin(second / 20 + meter) + 0.01 * ((second * 7 + meter * 13) % 17)
  if (key.startsWith('u_l')) return (/l\dl\d/.test(key) ? 400 : 231) + 0.01 * ((second + meter) % 7)
  if (key.startsWith('i_')) return amperes
  if (key.startsWith('p_')) return key === 'p_total' ? 3 * 231 * amperes : 231 * amperes
  return key === 'f' ? 50 : key.startsWith('e_') ? 1000 + second / 100 : 0
}

/** A stretch of 50 meters at 1 Hz on the record, written by the site itself. */
const record = (): readonly string[] => {
  const profile = profileOf('eastron-sdm630')
  const site = siteSchema.parse({
    version: 1,
    id: 'bench',
    name: 'Bench',
    grid: { limit: 4000 },
    lines: [{ transport: 'tcp', id: 'lan', host: '192.0.2.1', port: 502 }],
    meters: Array.from({ length: meterCount }, (_, index) => ({
      id: `m${String(index)}`,
      profile: profile.id,
      line: 'lan',
      unit: index + 1,
    })),
    circuits: [
      { id: 'main', limit: 4000 },
      ...Array.from({ length: meterCount }, (_, index) => ({
        id: `c${String(index)}`,
        parent: 'main',
        meter: `m${String(index)}`,
        limit: 100,
      })),
    ],
  })
  const profiles = {
    meterProfiles: new Map([[profile.id, profile]]),
    chargerProfiles: new Map(),
    mbusProfiles: new Map(),
  }
  const session = '00000000-0000-4000-8000-000000000000'
  const program = 'bench'
  const tape = createTapeRecorder(tapeHeadOf({ site, profiles, session, readOnly: null, program }))
  const abilities = siteAbilities(site, profiles.chargerProfiles)
  let now: Moment = { monotonicMs: 0, siteMs: startMs, utcMs: startMs, aheadMs: 0 }
  const fold = createSite(
    {
      ...profiles,
      site,
      descriptions: describeSite(site, profiles, [], program).meters,
      session,
      links: new Map([...abilities].map(([id, able]) => [id, unconnectedLink(id, able)])),
      readOnly: null,
      log: quiet,
      world: () => now,
    },
    {
      samples: () => undefined,
      image: () => undefined,
      finding: (value) => tape.witness({ kind: 'finding', value }),
      decision: (value) => tape.witness({ kind: 'decision', value }),
      write: (value) => tape.witness({ kind: 'write', value }),
      event: () => undefined,
      errand: () => undefined,
    },
  )
  const take = (input: SiteInput): void => {
    const turn = { at: now, input }
    tape.turn(turn)
    fold.step(turn)
    fold.rest()
  }
  const keys = site.meters.map((meter) => [...mapMeter(meter, profile).values()].map(({ key }) => key))
  for (let second = 0; second < seconds; second += 1) {
    for (const [index, meter] of site.meters.entries()) {
      const ms = second * 1000 + index * 10
      now = { monotonicMs: ms, siteMs: startMs + ms, utcMs: startMs + ms, aheadMs: 0 }
      const samples = Object.fromEntries(
        (keys[index] ?? []).map((key) => [key, goodSample(Math.fround(valueOf(key, index, second)), now.siteMs)]),
      )
      take({
        kind: 'observation',
        observation: { kind: 'meter-samples', meterId: meter.id, atMs: now.siteMs, periodMs: 1000, samples },
      })
    }
    const ms = second * 1000 + 990
    now = { monotonicMs: ms, siteMs: startMs + ms, utcMs: startMs + ms, aheadMs: 0 }
    take({ kind: 'tick', failing: [] })
  }
  return tape.read(0)
}

/** How fast a record of fifty meters is played and compared, against the time it took. */
export const run = async (): Promise<BenchResult> => {
  const [head = '', ...lines] = record()
  const beganMs = performance.now()
  const replay = createReplay(readTapeHead(head), quiet)
  const read = createEntryReader()
  for (const [index, line] of lines.entries()) {
    const entry = read(line, index + 2)
    if (entry !== null) await replay.take(entry)
  }
  const { mismatch, turns } = replay.end(lines.length)
  const tookMs = performance.now() - beganMs
  if (mismatch !== null) throw new Error(`the replay differs: ${JSON.stringify(mismatch)}`)
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0)
  const speed = (seconds * 1000) / tookMs
  return {
    name: `A record of ${String(meterCount)} meters at 1 Hz, ${String(seconds)} s of it, played and compared`,
    results: [
      {
        label: 'played, times faster than it happened',
        value: speed,
        unit: 'x',
        target: 'at least 200',
        met: speed >= 200,
      },
      { label: 'turns played', value: turns, unit: '', target: 'told, no target', met: true },
      {
        label: 'what the record takes, a meter and second',
        value: bytes / seconds / meterCount,
        unit: 'B',
        target: 'told, no target',
        met: true,
      },
    ],
  }
}
