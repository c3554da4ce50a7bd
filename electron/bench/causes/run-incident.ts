import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CauseId } from '../../../shared/forensics/cause.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'
import { readChargerProfile, readMeterProfile } from '../../../shared/profile/read-profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import { describeSite } from '../../core/api/describe-site.ts'
import { unconnectedLink } from '../../core/chargers/unconnected-link.ts'
import { createForensics, type Report } from '../../core/forensics/forensics.ts'
import type { Log } from '../../core/ports.ts'
import { tapeHeadOf } from '../../core/record/tape/tape-head.ts'
import { createTurnWriter } from '../../core/record/tape/turn-line.ts'
import { createSite } from '../../core/site/site.ts'
import type { Moment, SiteInput } from '../../core/site/site-input.ts'
import { settled } from '../../core/site/site-runner.ts'
import { dice, type Dice } from './dice.ts'
import { createFrontEnd, withFrontEnd } from './front-end.ts'
import {
  createInstruments,
  drawForeignMeterKind,
  drawForeignPostKind,
  drawMeterKind,
  type MeterKind,
} from './instruments.ts'
import { createPlant } from './plant.ts'
import type { Scenario } from './scenarios.ts'
import { makeShape, withMainMeterOnly, type ShapeName } from './shapes.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles')
const readProfile = <P>(
  kind: string,
  id: string,
  read: (text: string, name: string) => { ok: true; profile: P } | { ok: false },
): P => {
  const answer = read(readFileSync(join(folder, kind, `${id}.yaml`), 'utf8'), id)
  if (!answer.ok) throw new Error(`profile ${id}`)
  return answer.profile
}
const meterProfile = readProfile('meters', 'janitza-umg', readMeterProfile)
const chargerProfile = readProfile('chargers', 'alfen-eve', readChargerProfile)

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const stepS = 0.2
const startMs = Date.UTC(2026, 5, 15, 4)

/** What the product found of a site that was played to it. */
export interface Watched {
  readonly incidents: ReadonlyMap<string, { readonly first: Incident; readonly last: Incident }>
}

/** The product's own site and its forensics, fed from outside as by its sources. */
export const watchSite = (site: Site, hourOfDay: number, onLine: (line: string) => void = () => undefined) => {
  const profiles = {
    meterProfiles: new Map([[meterProfile.id, meterProfile]]),
    chargerProfiles: new Map([[chargerProfile.id, chargerProfile]]),
    mbusProfiles: new Map(),
  }
  const beginMs = startMs + hourOfDay * 3_600_000
  let nowMs = beginMs
  const moment = (): Moment => ({ siteMs: nowMs, monotonicMs: nowMs - beginMs + 5000, utcMs: nowMs, aheadMs: 0 })
  const incidents = new Map<string, { first: Incident; last: Incident }>()
  const forensics = createForensics({
    site,
    earlier: () => [...incidents.values()].map(({ last }) => last),
    onIncident: (incident) => {
      if (incident.partOf === undefined)
        incidents.set(incident.id, { first: incidents.get(incident.id)?.first ?? incident, last: incident })
      else incidents.delete(incident.id)
    },
  })
  const links = new Map(
    [...siteAbilities(site, profiles.chargerProfiles)].map(([id, abilities]) => [id, unconnectedLink(id, abilities)]),
  )
  const session = '00000000-0000-4000-8000-000000000000'
  onLine(JSON.stringify(tapeHeadOf({ site, profiles, session, readOnly: null, program: '0' })))
  const writeTurn = createTurnWriter()
  const fold = createSite(
    {
      ...profiles,
      site,
      descriptions: describeSite(site, profiles, [], '0').meters,
      session,
      links,
      readOnly: null,
      log: quiet,
      world: moment,
    },
    {
      samples: () => undefined,
      image: forensics.image,
      finding: ({ finding }) => forensics.finding(finding),
      decision: forensics.decision,
      write: () => undefined,
      event: () => undefined,
      sampled: forensics.sampled,
      errand: () => undefined,
    },
  )
  const feed = async (input: SiteInput): Promise<void> => {
    const turn = { at: moment(), input }
    for (const line of writeTurn(turn)) onLine(line)
    const { isUnsettled } = fold.step(turn)
    if (isUnsettled) await settled()
    fold.rest()
  }
  return {
    incidents,
    beginMs,
    at: (seconds: number): number => {
      nowMs = beginMs + Math.round(seconds * 1000)
      return nowMs
    },
    feed,
    report: (report: Report) => forensics.report(report),
    end: (): void => forensics.end('the record ends'),
  }
}

export interface Outcome {
  readonly cause: CauseId
  readonly shape: ShapeName
  readonly seed: number
  /** The moment by the plant, s; null: it never came, and the run says nothing. */
  readonly happenedAtS: number | null
  readonly incident: Incident | null
  readonly verdictAfterS: number | null
  /** Incidents beside the one that was meant. */
  readonly others: readonly Incident[]
}

export const foreignShape = (name: ShapeName, luck: Dice, declared: object) => {
  const shape = makeShape(name, luck, declared, [1000, 2000, 5000, 10_000])
  return luck.chance(0.33) ? withMainMeterOnly(shape) : shape
}

/** Sites with a sampling front end. */
const samplingShare = 0.25

/** No longer than this until something trips, and so long afterwards, s. */
const longestS = 1500
const afterwardsS = 75

/**
 * `isForeign`: with instruments as somebody else's plant may have them: slower, coarser, lossier, a gateway that repeats old values, and
 * every third site with nothing but a main meter. `isSampled`: with a sampling front end or without; left out, every fourth. `onLine` gets the record, as `monitor --record` writes it.
 */
export const runIncident = async (
  scenario: Scenario,
  shapeName: ShapeName,
  seed: number,
  {
    isForeign = false,
    isSampled,
    onLine,
  }: { readonly isForeign?: boolean; readonly isSampled?: boolean; readonly onLine?: (line: string) => void } = {},
): Promise<Outcome> => {
  const luck = dice(seed)
  const declared = scenario.declared?.(luck) ?? {}
  const drawn = isForeign ? foreignShape(shapeName, luck, declared) : makeShape(shapeName, luck, declared)
  // Of its own chance, so that the incident of a seed is the same with it and without.
  const sampling = dice(seed + 7)
  const shape = (isSampled ?? sampling.chance(samplingShare)) ? withFrontEnd(drawn) : drawn
  const drawMeter = isForeign ? drawForeignMeterKind : drawMeterKind
  const wiredTo = scenario.wiredTo?.(shape, luck)
  const plant = createPlant({ site: shape.site, dice: luck, ...(wiredTo === undefined ? {} : { wiredTo }) })
  const kinds = new Map<string, MeterKind>(
    shape.site.meters.map(({ id }) => {
      const drawn = drawMeter(luck)
      return [id, scenario.meter?.(drawn) ?? drawn]
    }),
  )
  const frontEnd = createFrontEnd(shape.site, plant, sampling)
  const tools = createInstruments(shape.site, plant, luck, (id) => kinds.get(id) ?? drawMeter(luck), {
    postKind: isForeign ? drawForeignPostKind(luck) : null,
    frontEnd,
  })
  const script = scenario.begin({ shape, plant, tools, dice: luck })
  const hour = scenario.cause === 'warm-board' ? luck.between(9, 14) : luck.between(0, 18)
  const watched = watchSite(shape.site, hour, onLine)
  let happenedAtS: number | null = null
  let tickS = 1
  while (plant.nowS() < longestS && (happenedAtS === null || plant.nowS() < happenedAtS + afterwardsS)) {
    plant.step(stepS)
    tools.feel()
    const nowS = plant.nowS()
    const isNow = script(nowS)
    const tripped = [...plant.breakers.values()].some(({ openedAtS }) => openedAtS !== null)
    if (happenedAtS === null && (isNow || (tripped && scenario.cause !== 'supply-event'))) happenedAtS = nowS
    const nowMs = watched.at(nowS)
    for (const observation of [...tools.poll(nowMs), ...frontEnd.poll(nowMs)])
      await watched.feed({ kind: 'observation', observation })
    if (nowS < tickS) continue
    tickS += 1
    await watched.feed({ kind: 'tick', failing: [] })
  }
  watched.end()
  const all = [...watched.incidents.values()]
  const momentMs = happenedAtS === null ? null : watched.beginMs + happenedAtS * 1000
  const meant =
    momentMs === null
      ? undefined
      : all
          .filter(({ last }) => last.atMs >= momentMs - 25_000 && last.atMs <= momentMs + 60_000)
          .sort((a, b) => Math.abs(a.last.atMs - momentMs) - Math.abs(b.last.atMs - momentMs))[0]
  return {
    cause: scenario.cause,
    shape: shapeName,
    seed,
    happenedAtS,
    incident: meant?.last ?? null,
    verdictAfterS: meant === undefined || momentMs === null ? null : (meant.first.openedAtMs - momentMs) / 1000,
    others: all.filter((one) => one !== meant).map(({ last }) => last),
  }
}
