import type { Evidence, Measure } from '../../../../shared/acceptance/run.ts'
import { declaredReaction } from '../../../../shared/acceptance/reaction.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
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
  follows,
  holdWithRoom,
  isCharging,
  limitOf,
  nameOf,
  raiseMs,
  refuseOthersOverride,
} from './charger-look.ts'

interface Level {
  readonly evidence: readonly Evidence[]
  /** From the order to the read back and to the current that follows, ms; null: no car, or it does not say. */
  readonly readBackMs: number
  readonly currentMs: number | null
  readonly why: string | null
  readonly isClamped: boolean
}

const followed = async (
  world: StepWorld,
  charger: SiteCharger,
  limitA: number,
  sinceMs: number,
): Promise<number | null | string> => {
  const withinMs = 1000 * world.numbers.settleS
  for (;;) {
    const live = await world.next()
    const drawn = drawnOf(live, charger.id)
    const afterMs = world.monotonicMs() - sinceMs
    if (!isCharging(live, charger.id) || drawn === null) return null
    if (follows(drawn.amperes, limitA)) return afterMs
    if (afterMs > withinMs)
      return `it draws ${ampsText(drawn.amperes)} ${secondsText(afterMs)} after ${ampsText(limitA)} was asked for`
  }
}

/** One limit: asked for, read back, followed. */
const level = async (
  world: StepWorld,
  charger: SiteCharger,
  { limitA, isRaise }: { readonly limitA: number; readonly isRaise: boolean },
): Promise<Level> => {
  const sinceMs = world.monotonicMs()
  const withinMs = isRaise ? raiseMs(world, 4) : 1000 * world.numbers.settleS
  const { got, madeRoom } = await holdWithRoom(world, charger, limitA, { ttlS: 300, withinMs })
  const label = `Limit of ${ampsText(limitA)}`
  if ('why' in got)
    return {
      evidence: [counted(label, null, 'A', nameOf(charger), got.why)],
      readBackMs: 0,
      currentMs: null,
      why: got.why,
      isClamped: got.isClamped,
    }
  const isUp = isRaise || madeRoom
  const current = isUp ? null : await followed(world, charger, limitA, sinceMs)
  const live = world.live()
  const drawn = drawnOf(live, charger.id)
  const evidence = [
    world.abilities.get(charger.id)?.canReadBack === false
      ? counted(`${label}, read back`, null, 'A', nameOf(charger), 'it does not say which limit is in force')
      : reading(`${label}, read back`, limitOf(live, charger.id), 'A', nameOf(charger), live.image.atMs),
    counted(`${label}, from order to read back`, round(got.afterMs / 1000), 's', 'this step'),
    ...(isUp
      ? []
      : [
          counted(
            `${label}, from order to current`,
            typeof current === 'number' ? round(current / 1000) : null,
            's',
            'current of the charger',
            typeof current === 'string' ? current : 'no car charges here',
          ),
        ]),
    reading(`${label}, current then`, drawn?.sample, 'A', nameOf(charger), live.image.atMs),
  ]
  return {
    evidence,
    readBackMs: got.afterMs,
    currentMs: typeof current === 'number' ? current : null,
    why: typeof current === 'string' ? current : null,
    isClamped: false,
  }
}

/**
 * With a car down, up and down again: what is measured is the last step down, which is what protects. Without one nothing above the
 * minimum is given, so the minimum and a pause have to do.
 */
export const limit: StepRunner = async (world, step) => {
  const charger = chargerOf(world, step.subject.id)
  const able = world.abilities.get(charger.id)
  if (able === undefined) throw new StepEnded('not-done', 'what it can do is not known: its profile is missing')
  const before = await world.next()
  refuseOthersOverride(before, charger)
  const lowA = Math.max(6, charger.minimum, able.limit.minimumA)
  const highA = Math.min(charger.maximum, lowA + 4)
  const low = { limitA: lowA, isRaise: false }
  const wanted = !isCharging(before, charger.id)
    ? [low, ...(able.canPause ? [{ limitA: 0, isRaise: false }] : [])]
    : highA - lowA < able.limit.stepA
      ? [low]
      : [low, { limitA: highA, isRaise: true }, low]
  if (wanted.length < 2)
    return ended(
      'not-done',
      'there are no two limits to try here: it cannot be paused, and without a car nothing above its minimum is given',
    )
  const levels: Level[] = []
  for (const each of wanted) {
    levels.push(await level(world, charger, each))
    if (levels.at(-1)?.why !== null) break
  }
  const down = levels.at(-1)
  const declared = declaredReaction(world.site, charger.id, able)
  const evidence = [
    counted(
      'Reaction, declared',
      round(declared.seconds),
      's',
      declared.parts.map(({ label, seconds }) => `${label} ${round(seconds)} s`).join(' + '),
    ),
    ...levels.flatMap((each) => each.evidence),
  ]
  const why = levels.find((each) => each.why !== null)?.why ?? null
  if (levels.some(({ isClamped }) => isClamped))
    return ended('not-done', `there is no room for it now: ${why ?? ''}`, evidence)
  if (why !== null || down === undefined) return ended('fail', why ?? 'not every limit was tried', evidence)
  const measures: Measure[] = [
    { kind: 'reaction', subject: step.subject, where: 'read back', value: round(down.readBackMs / 1000), unit: 's' },
    ...(down.currentMs === null
      ? []
      : [
          {
            kind: 'reaction' as const,
            subject: step.subject,
            where: 'current',
            value: round(down.currentMs / 1000),
            unit: 's',
          },
        ]),
  ]
  const current =
    down.currentMs === null
      ? 'no car charged, so no current could follow'
      : `its current followed in ${secondsText(down.currentMs)}`
  return ended(
    'pass',
    `${[...new Set(wanted.map(({ limitA }) => ampsText(limitA)))].join(' and ')} read back, the last within ${secondsText(down.readBackMs)}; ${current} (declared ${round(declared.seconds)} s)`,
    evidence,
    measures,
  )
}
