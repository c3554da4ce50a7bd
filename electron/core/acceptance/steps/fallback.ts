import type { Evidence } from '../../../../shared/acceptance/run.ts'
import { Refusal } from '../../../../shared/api/define.ts'
import type { Live } from '../../../../shared/api/live-contract.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import { watchdogTimeoutS } from '../../../../shared/charger/abilities.ts'
import {
  ampsText,
  counted,
  ended,
  reading,
  round,
  secondsText,
  StepEnded,
  type StepRunner,
  type StepWorld,
} from '../step-world.ts'
import {
  chargerOf,
  drawnOf,
  holdOthers,
  holdWithRoom,
  isCharging,
  limitOf,
  nameOf,
  raiseMs,
  refuseOthersOverride,
} from './charger-look.ts'

/** A limit that can be told from the fallback, as low as may be: without a car nothing above the minimum is given. */
const heldLimitA = (charger: SiteCharger, leastA: number, canPause: boolean): number => {
  const lowA = Math.max(6, charger.minimum, leastA)
  const choices = [lowA, ...(canPause ? [0] : []), Math.min(charger.maximum, lowA + 2)]
  return choices.find((limitA) => Math.abs(limitA - charger.fallback) >= 1) ?? lowA
}

const isWithheld = ({ control }: Live, id: string): boolean =>
  control.trials?.withheld.some(({ chargerId }) => chargerId === id) === true

interface Fell {
  /** How long the trial lasted. */
  readonly lastedMs: number
  readonly afterMs: number | null
  readonly last: { readonly value: number; readonly atMs: number } | null
  readonly drawnA: number | null
}

/** Watches it until the trial is over. What counts is what it says after its time, whatever it said before. */
const watchItFall = async (
  world: StepWorld,
  charger: SiteCharger,
  toleranceA: number,
  timeoutS: number,
): Promise<Fell> => {
  const sinceMs = world.monotonicMs()
  const sinceUtcMs = world.live().image.atMs
  let fell: Fell = { lastedMs: 0, afterMs: null, last: null, drawnA: null }
  for (;;) {
    const live = await world.next()
    const afterMs = world.monotonicMs() - sinceMs
    const isOver = !isWithheld(live, charger.id)
    const limit = limitOf(live, charger.id)
    // Only what it said since then; the newest before its limit is written again.
    if (!isOver && limit?.value != null && limit.atMs !== null && limit.atMs > sinceUtcMs) {
      const isThere = Math.abs(limit.value - charger.fallback) <= toleranceA
      fell = {
        lastedMs: afterMs,
        afterMs: isThere ? (fell.afterMs ?? afterMs) : null,
        last: { value: limit.value, atMs: limit.atMs },
        drawnA: drawnOf(live, charger.id)?.amperes ?? fell.drawnA,
      }
    } else if (!isOver) fell = { ...fell, lastedMs: afterMs, drawnA: drawnOf(live, charger.id)?.amperes ?? fell.drawnA }
    world.tell(
      `its watchdog is not fed for ${secondsText(afterMs)}; it should fall after ${timeoutS} s${fell.last === null ? '' : `; it says ${ampsText(fell.last.value)}`}`,
    )
    if (isOver) return fell
  }
}

/** Room is made by the others within this: a write, a car that follows, and a reading. Editable assumption. */
const roomWithinMs = 40_000

/** Refused while the circuits above have no room for all it may draw: then the others are held until they have. */
const withhold = async (world: StepWorld, charger: SiteCharger): Promise<void> => {
  const trial = { kind: 'withhold', chargerId: charger.id, isOn: true } as const
  try {
    await world.intents.trial(trial)
    return
  } catch (error) {
    if (!(error instanceof Refusal) || (await holdOthers(world, charger)) === 0) throw error
  }
  const sinceMs = world.monotonicMs()
  for (;;) {
    await world.next()
    try {
      await world.intents.trial(trial)
      return
    } catch (error) {
      if (!(error instanceof Refusal) || world.monotonicMs() - sinceMs > roomWithinMs) throw error
      world.tell(`the others are held to make room: ${error.message}`)
    }
  }
}

/** Withdraws the heartbeat on purpose and looks what the charger falls to. Control sets aside all it may draw meanwhile. */
export const fallback: StepRunner = async (world, step) => {
  const charger = chargerOf(world, step.subject.id)
  const able = world.abilities.get(charger.id)
  const timeoutS = able === undefined ? null : watchdogTimeoutS(able, null)
  if (able === undefined || timeoutS === null)
    throw new StepEnded('not-done', 'it has no watchdog that this program feeds')
  const before = await world.next()
  refuseOthersOverride(before, charger)
  const wasCharging = isCharging(before, charger.id)
  const limitA = heldLimitA(charger, able.limit.minimumA, able.canPause)
  const { got } = await holdWithRoom(world, charger, limitA, {
    ttlS: Math.min(3600, timeoutS + 300),
    withinMs: raiseMs(world, limitA),
  })
  if ('why' in got) return ended('not-done', `before the trial: ${got.why}`)
  const heldAt = reading('Limit before', limitOf(got.live, charger.id), 'A', nameOf(charger), got.live.image.atMs)
  await withhold(world, charger)
  world.undo(() => world.intents.trial({ kind: 'withhold', chargerId: charger.id, isOn: false }))
  const fell = await watchItFall(world, charger, Math.max(able.limit.toleranceA, 0.1) + 0.05, timeoutS)
  // Control feeds it again at once where it must: what it said before its time was over says nothing of its fallback.
  if (fell.lastedMs < 1000 * timeoutS)
    return ended(
      'not-done',
      `the load control had to feed its watchdog again after ${secondsText(fell.lastedMs)}, before the ${timeoutS} s were over: see Events for why, and try again`,
      [counted('Left unfed for', round(fell.lastedMs / 1000), 's', 'this step'), heldAt],
    )
  const now = world.live().image.atMs
  const evidence: Evidence[] = [
    counted('Watchdog, declared', timeoutS, 's', able.profileId),
    counted('Fallback, declared', charger.fallback, 'A', 'site file'),
    heldAt,
    fell.last === null
      ? counted(
          'Limit after its time',
          null,
          'A',
          nameOf(charger),
          able.canReadBack ? 'it was not read while it was left alone' : 'it does not say which limit is in force',
        )
      : {
          label: 'Limit after its time',
          value: fell.last.value,
          unit: 'A',
          source: nameOf(charger),
          ageMs: Math.max(0, now - fell.last.atMs),
          why: null,
        },
    counted(
      'From the last heartbeat to the fallback',
      fell.afterMs === null ? null : round(fell.afterMs / 1000),
      's',
      'this step',
      'it was not seen to fall',
    ),
    counted(
      'Current after its time',
      fell.drawnA === null ? null : round(fell.drawnA),
      'A',
      nameOf(charger),
      'it does not say',
    ),
  ]
  if (fell.last === null && (!wasCharging || fell.drawnA === null))
    return ended(
      'not-done',
      'nothing shows what it fell to: it does not say its limit, and no car draws current',
      evidence,
    )
  const isThere =
    fell.last === null ? (fell.drawnA ?? Infinity) <= (charger.fallback + 0.5) * 1.1 : fell.afterMs !== null
  const measures =
    fell.last === null
      ? []
      : [{ kind: 'fallback' as const, subject: step.subject, where: '', value: fell.last.value, unit: 'A' }]
  const shown = fell.last === null ? `a current of ${ampsText(fell.drawnA ?? 0)}` : ampsText(fell.last.value)
  return isThere
    ? ended(
        'pass',
        `without a heartbeat it fell from ${ampsText(limitA)} to ${shown}, as declared${fell.afterMs === null ? '' : `, seen ${secondsText(fell.afterMs)} after the last one`}`,
        evidence,
        measures,
      )
    : ended(
        'fail',
        `without a heartbeat for ${timeoutS} s it shows ${shown}; ${ampsText(charger.fallback)} is declared: set its own fallback (Load control), or correct the site file`,
        evidence,
        measures,
      )
}
