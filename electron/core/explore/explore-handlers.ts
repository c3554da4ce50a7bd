import { refusal } from '../../../shared/said/refusal.ts'
import { Refusal, type Caller, type Handlers } from '../../../shared/api/define.ts'
import type { ExploreReading, exploreContract, Habits } from '../../../shared/api/explore-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import { makeProfile } from '../../../shared/profile/draft.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { ExchangeOutcome, Stop } from '../ports.ts'
import type { ProfileShelf, SiteEditor } from '../site-ports.ts'
import { createExploreLines, type ExploreLine, type ExploreLineParts, type ReadRequest } from './explore-line.ts'
import { measureHabits } from './measure-habits.ts'
import { freshMemory, readRange } from './read-range.ts'

export interface ExploreHandlerParts extends ExploreLineParts {
  readonly shelf: ProfileShelf
  readonly siteEditor: Pick<SiteEditor, 'setProfile'>
  readonly reopen: (why: string) => void
  readonly control: () => ControlState
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly journal: Pick<Journal, 'write'>
}

/** The answer must be with the screen before its connection ends. */
const reopenAfterMs = 300
/** A refusal of a watch is shown and tried again no sooner than this. */
const shortestPauseMs = 50

const operatorOnly = (caller: Caller): void => {
  if (caller.role !== 'operator') throw new Refusal('reading registers puts requests on the line: only an operator may')
}

/** Asks unless a charger must be left alone by now: then its words. */
const guarded =
  (line: ExploreLine) =>
  async (request: ReadRequest): Promise<ExchangeOutcome | string> =>
    line.refusal(request.unit) ?? line.ask(request)

export const createExplorer = (
  parts: ExploreHandlerParts,
): Part<typeof exploreContract> & { readonly stop: () => Promise<void> } => {
  const { site, clock, shelf } = parts
  const lines = createExploreLines(parts)
  const running = new Set<Stop>()
  const subject = { kind: 'site', id: site.id } as const

  const track = (cancel: Stop): Stop => {
    const stop = (): void => {
      running.delete(stop)
      cancel()
    }
    running.add(stop)
    return stop
  }

  const watch: Handlers<typeof exploreContract>['explore.watch'] = (input, push, caller) => {
    operatorOnly(caller)
    if (input.first + input.count > 65536)
      throw new Refusal(
        `registers ${String(input.first)} to ${String(input.first + input.count - 1)} go beyond 65535; read fewer`,
      )
    const line = lines.open(input.target, input.unit)
    const memory = freshMemory()
    let isCancelled = false
    let stopWaiting: Stop = () => undefined
    let reading: ExploreReading = {
      step: 'opening',
      where: line.where,
      round: 0,
      atMs: null,
      cells: [],
      requests: 0,
      settled: 0,
      wanted: input.count,
      problem: null,
      notes: [...line.notes],
    }
    const tell = (more: Partial<ExploreReading>): void => {
      if (isCancelled) return
      reading = { ...reading, ...more }
      push(reading)
    }
    const stop = track(() => {
      isCancelled = true
      stopWaiting()
      line.release()
    })
    tell({})
    const round = async (): Promise<void> => {
      const startedMs = clock.monotonicMs()
      const result = await readRange(
        input,
        memory,
        guarded(line),
        () => isCancelled,
        (cells, requests) => {
          // Later rounds are told when they are whole: half a round would mix times.
          if (reading.round === 0) tell({ step: 'reading', cells: [...cells], requests, settled: cells.length })
        },
      )
      if (isCancelled) return
      const isFailed = result.problem !== null
      // A watch outlives a lost reply: only the first look fails for good.
      const goesOn = input.periodMs !== null && (!isFailed || reading.round > 0)
      tell({
        step: isFailed && !goesOn ? 'failed' : 'done',
        round: reading.round + (isFailed ? 0 : 1),
        atMs: isFailed ? reading.atMs : clock.nowMs(),
        requests: result.requests,
        cells: isFailed && reading.round > 0 ? reading.cells : [...result.cells],
        settled: result.cells.length,
        problem: result.problem,
        notes: [
          ...line.notes,
          ...(memory.isEvenOnly ? ['this device answers even addresses and counts only'] : []),
          ...(memory.longest < 125 ? [`blocks of more than ${String(memory.longest)} registers are refused`] : []),
        ],
      })
      if (goesOn)
        stopWaiting = clock.after(
          Math.max(shortestPauseMs, (input.periodMs ?? 0) - (clock.monotonicMs() - startedMs)),
          () => {
            run()
          },
        )
      else line.release()
    }
    const run = (): void => {
      round().catch((error: unknown) => {
        tell({ step: 'failed', problem: `reading failed inside the program: ${String(error)}; please report this` })
      })
    }
    run()
    return stop
  }

  const measure: Handlers<typeof exploreContract>['explore.measure'] = (input, push, caller) => {
    operatorOnly(caller)
    const line = lines.open(input.target, input.unit)
    let isCancelled = false
    const stop = track(() => {
      isCancelled = true
      line.release()
    })
    const failed = (problem: string): Habits => ({
      step: 'failed',
      where: line.where,
      requests: 0,
      problem,
      block: null,
      evenOnly: null,
      turnaround: null,
    })
    measureHabits(
      { where: line.where, unit: input.unit, functionCode: input.functionCode, first: input.first },
      guarded(line),
      () => isCancelled,
      push,
    )
      .catch((error: unknown) => {
        if (!isCancelled) push(failed(`measuring failed inside the program: ${String(error)}; please report this`))
      })
      .finally(() => {
        line.release()
      })
    return stop
  }

  const mayChange = (): void => {
    const { mode, readOnly } = parts.control()
    if (readOnly !== null) throw refusal('read-only-site', { ...readOnly, cure: 'change' })
    if (mode === 'armed') throw refusal('armed-reopen', { act: 'profile' })
  }

  const handlers: Handlers<typeof exploreContract> = {
    'explore.watch': watch,
    'explore.measure': measure,
    'explore.profiles': async () => {
      const { builtIn, own } = await shelf.list()
      return [...parts.meterProfiles.values()]
        .map(({ id, make, models }) => ({
          id,
          make,
          models: [...models],
          origin: own.includes(id)
            ? builtIn.includes(id)
              ? ('own-overrides' as const)
              : ('own' as const)
            : ('built-in' as const),
        }))
        .sort((a, b) => a.id.localeCompare(b.id))
    },
    'explore.profile': ({ id }) => {
      const profile = parts.meterProfiles.get(id)
      if (profile === undefined) throw new Refusal(`no meter profile '${id}' is loaded`)
      const { make, models, space, wordOrder } = profile
      return {
        id,
        make,
        models: [...models],
        space,
        wordOrder,
        quantities: Object.fromEntries(
          Object.entries(profile.quantities).map(
            ([key, { address, type, scale, space: own, wordOrder: order, note }]) => [
              key,
              {
                address,
                type,
                scale,
                ...(own === undefined ? {} : { space: own }),
                ...(order === undefined ? {} : { wordOrder: order }),
                ...(note === undefined ? {} : { note }),
              },
            ],
          ),
        ),
      }
    },
    'explore.save': async (input) => {
      const { draft } = input
      const made = makeProfile(draft)
      if (!made.ok) throw new Refusal(made.problems.join('; '))
      const saved = await shelf.save({
        id: draft.id,
        profileText: made.profileText,
        goldenText: made.goldenText,
        overwrite: input.overwrite,
      })
      if (!saved.ok) throw new Refusal(saved.why)
      const { builtIn } = await shelf.list()
      await parts.audit({
        atMs: clock.nowMs(),
        who: input.who,
        action: 'profile-saved',
        subject: draft.id,
        detail: {
          files: saved.files,
          backups: saved.backups,
          quantities: draft.quantities.map(({ key }) => key),
          witnesses: made.witnesses,
        },
      })
      parts.journal.write('profile-saved', 'info', subject, {
        who: input.who,
        profile: draft.id,
        quantities: draft.quantities.length,
        witnesses: made.witnesses,
      })
      return {
        id: draft.id,
        files: [...saved.files],
        backups: [...saved.backups],
        overridesBuiltIn: builtIn.includes(draft.id),
        witnesses: made.witnesses,
        usedBy: site.meters.filter((meter) => meter.profile === draft.id).map(({ id }) => id),
      }
    },
    'explore.useProfile': async (input) => {
      mayChange()
      const meter = site.meters.find(({ id }) => id === input.meterId)
      if (meter === undefined) throw refusal('no-meter', { meterId: input.meterId, meters: null })
      if (meter.profile !== input.profileId) {
        const saved = await parts.siteEditor.setProfile(input.meterId, input.profileId)
        if (!saved.ok) throw new Refusal(saved.problems.join('; '))
      }
      await parts.audit({
        atMs: clock.nowMs(),
        who: input.who,
        action: 'profile-used',
        subject: input.meterId,
        detail: { profile: input.profileId, before: meter.profile },
      })
      parts.journal.write('profile-used', 'info', subject, {
        who: input.who,
        meter: meter.name ?? meter.id,
        profile: input.profileId,
        before: meter.profile,
      })
      clock.after(reopenAfterMs, () => {
        parts.reopen(`the meter ${meter.name ?? meter.id} uses the profile ${input.profileId}`)
      })
      return { meterId: meter.id }
    },
  }
  return {
    name: 'the view of registers',
    handlers,
    stop: async () => {
      for (const stop of [...running]) stop()
      await lines.close()
    },
  }
}
