import { dimmedPowerW } from '../../../../shared/planning/demand.ts'
import type { DimmingState } from '../../../../shared/planning/wants.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { own } from '../../../../shared/own.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { forgetful, type Memory } from '../../site/memory.ts'

/** After a start the file has this long to be read before it counts as out of date, ms. */
const firstReadMs = 30_000

/** What the grid operator's file says, and what control goes by meanwhile. */
export interface DimmingFileFacts {
  readonly path: string
  /** Why nothing can be read from it; null: it can be. */
  readonly problem: string | null
  /** awaited: just started; entry: what it said last, still valid; dimmed, released: it is out of date, and the rule or the site file decides. */
  readonly goesBy: 'awaited' | 'entry' | 'dimmed' | 'released'
  /** What the last entry allows, W; null: as much as they like, or there was none. */
  readonly saidW: number | null
  /** What the rule allows once the entry is out of date, W; null: the site file says that they are released then. */
  readonly thenW: number | null
  readonly validityS: number
}

interface Said {
  readonly source: string
  readonly allowedW: number
}

/**
 * Whether the grid operator dims the chargers, and to what: by a digital input, by a person, by a file; the least of them holds. An input that
 * can't be read keeps what it said last: a lost line is no release. A file whose newest entry is out of date dims by the rule, unless the
 * site file says otherwise.
 */
export const createDimming = (site: Site, memory: Memory = forgetful) => {
  const state = memory.keep('dimming', {
    now: null as DimmingState | null,
    told: null as { readonly who: string; readonly isDimmed: boolean } | null,
    /** What the digital input said last. */
    input: null as boolean | null,
    file: null as { readonly allowedW: number | null; readonly validUntilMs: number } | null,
    beganMs: null as number | null,
    fileProblem: null as string | null,
    goesBy: 'awaited' as DimmingFileFacts['goesBy'],
  })
  /** How many controllable devices the rule counts: chargers above 4.2 kW. */
  const devices = site.chargers.filter(
    ({ maximum, phases }) => maximum * phases.length * site.grid.nominalVoltage > 4200,
  ).length
  const ruleW = dimmedPowerW(devices)

  const byInput = (image: Image): Said | null => {
    const input = site.dimming?.input
    if (input === undefined) return null
    const value = own(own(image.meters, input.meter)?.samples, input.quantity)?.value
    if (value != null) state.input = value > 0.5
    const name = site.meters.find(({ id }) => id === input.meter)?.name ?? input.meter
    return state.input === true ? { source: `digital input of ${name}`, allowedW: ruleW } : null
  }

  const goesBy = (utcMs: number, said: typeof state.file, stale: 'dimmed' | 'released'): DimmingFileFacts['goesBy'] => {
    if (said !== null && utcMs < said.validUntilMs) return 'entry'
    return said === null && utcMs - (state.beganMs ?? utcMs) < firstReadMs ? 'awaited' : stale
  }

  const byFile = (utcMs: number): Said | null => {
    const file = site.dimming?.file
    if (file === undefined) return null
    const said = state.file
    state.goesBy = goesBy(utcMs, said, file.stale)
    if (state.goesBy === 'entry')
      return said?.allowedW == null ? null : { source: `the file ${file.path}`, allowedW: said.allowedW }
    if (state.goesBy !== 'dimmed') return null
    return { source: `the file ${file.path}, which has no entry that is valid now`, allowedW: ruleW }
  }

  const byPerson = (): Said | null =>
    state.told?.isDimmed === true ? { source: state.told.who, allowedW: ruleW } : null

  return {
    tell: (who: string, isDimmed: boolean): void => {
      state.told = { who, isDimmed }
    },
    tellByFile: ({
      allowedW,
      validUntilMs,
    }: {
      readonly allowedW: number | null
      readonly validUntilMs: number
    }): void => {
      state.file = { allowedW, validUntilMs }
    },
    fileProblem: (why: string | null): void => {
      state.fileProblem = why
    },
    file: (): DimmingFileFacts | null => {
      const file = site.dimming?.file
      return file === undefined
        ? null
        : {
            path: file.path,
            problem: state.fileProblem,
            goesBy: state.goesBy,
            saidW: state.file?.allowedW ?? null,
            thenW: file.stale === 'released' ? null : ruleW,
            validityS: file.validity,
          }
    },
    step: (image: Image, utcMs: number): void => {
      if (site.dimming === undefined) return
      state.beganMs ??= utcMs
      const said = [byInput(image), byFile(utcMs), byPerson()].filter((each) => each !== null)
      // Of two that say the same the first holds.
      const least = said.reduce<Said | null>(
        (one, other) => (one === null || other.allowedW < one.allowedW ? other : one),
        null,
      )
      const before = state.now
      const isDimmed = least !== null
      if (isDimmed === (before?.isDimmed ?? false) && (least === null || isSame(before, least))) return
      const source = least?.source ?? before?.source ?? 'nobody'
      state.now = { isDimmed, source, sinceMs: utcMs, allowedW: least?.allowedW ?? ruleW, devices }
    },
    state: (): DimmingState | null => state.now,
  }
}

const isSame = (before: DimmingState | null, { source, allowedW }: Said): boolean =>
  before !== null && before.source === source && before.allowedW === allowedW
