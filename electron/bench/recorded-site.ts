import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Overview } from '../../shared/api/site-contract.ts'
import { siteAbilities } from '../../shared/charger/abilities-of.ts'
import { describeSite } from '../core/api/describe-site.ts'
import { mapMeter } from '../core/acquisition/meter-mapping.ts'
import { unconnectedLink } from '../core/chargers/unconnected-link.ts'
import { tapeHeadOf, type TapeHead } from '../core/record/tape/tape-head.ts'
import { createTapeRecorder, type TapeRecorder } from '../core/record/tape/tape-recorder.ts'
import { createSite, type SiteOutputs } from '../core/site/site.ts'
import type { Moment, SiteInput, Turn } from '../core/site/site-input.ts'
import { goodSample } from '../../shared/model/sample.ts'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import { siteSchema, type Site } from '../../shared/site/site.ts'

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

export interface RecordedSite {
  readonly head: TapeHead
  readonly site: Site
  readonly overview: Overview
  readonly tape: TapeRecorder
  readonly live: () => Live | null
}
export interface RecordedWish {
  readonly meterCount: number
  readonly seconds: number
  /** UTC. */
  readonly startMs: number
  /** Readings of each meter a second. */
  readonly hz?: number
  readonly out?: Pick<SiteOutputs, 'samples' | 'image'>
  /** Before its first turn. */
  readonly onSite?: (site: Site) => void
  /** Every turn before it is taken. */
  readonly onTurn?: (turn: Turn) => void
}

/** A stretch of a site of many meters on the record, written by the site itself. */
export const recordedSite = ({
  meterCount,
  seconds,
  startMs,
  hz = 1,
  out,
  onSite,
  onTurn,
}: RecordedWish): RecordedSite => {
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
  onSite?.(site)
  const head = tapeHeadOf({ site, profiles, session, readOnly: null, program })
  const tape = createTapeRecorder(head)
  const overview = describeSite(site, profiles, [], program)
  const abilities = siteAbilities(site, profiles.chargerProfiles)
  let now: Moment = { monotonicMs: 0, siteMs: startMs, utcMs: startMs, aheadMs: 0 }
  const fold = createSite(
    {
      ...profiles,
      site,
      descriptions: overview.meters,
      session,
      links: new Map([...abilities].map(([id, able]) => [id, unconnectedLink(id, able)])),
      readOnly: null,
      log: quiet,
      world: () => now,
    },
    {
      samples: (...told) => out?.samples(...told),
      image: (image) => out?.image(image),
      finding: (value) => tape.witness({ kind: 'finding', value }),
      decision: (value) => tape.witness({ kind: 'decision', value }),
      write: (value) => tape.witness({ kind: 'write', value }),
      event: () => undefined,
      sampled: () => undefined,
      errand: () => undefined,
    },
  )
  const take = (input: SiteInput): void => {
    const turn = { at: now, input }
    onTurn?.(turn)
    tape.turn(turn)
    fold.step(turn)
    fold.rest()
    tape.mayCut(now.utcMs, fold.save)
  }
  const keys = site.meters.map((meter) => [...mapMeter(meter, profile).values()].map(({ key }) => key))
  for (let beat = 0; beat < seconds * hz; beat += 1) {
    const second = beat / hz
    for (const [index, meter] of site.meters.entries()) {
      const ms = second * 1000 + (index * 10) / hz
      now = { monotonicMs: ms, siteMs: startMs + ms, utcMs: startMs + ms, aheadMs: 0 }
      const samples = Object.fromEntries(
        (keys[index] ?? []).map((key) => [key, goodSample(Math.fround(valueOf(key, index, second)), now.siteMs)]),
      )
      take({
        kind: 'observation',
        observation: { kind: 'meter-samples', meterId: meter.id, atMs: now.siteMs, periodMs: 1000 / hz, samples },
      })
    }
    if ((beat + 1) % hz !== 0) continue
    const ms = Math.floor(second) * 1000 + 995
    now = { monotonicMs: ms, siteMs: startMs + ms, utcMs: startMs + ms, aheadMs: 0 }
    take({ kind: 'tick', failing: [] })
  }
  return { head, site, overview, tape, live: fold.live }
}
