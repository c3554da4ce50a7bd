import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { isRunning, type Override } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import type { WiringTestNews } from '../../../shared/said/control-events.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Log, NewId, Stop } from '../ports.ts'
import type { SiteIntents } from '../site/site-input.ts'
import { matrixOf } from './tell-test.ts'
import { beginTest, type TestSetup, type TestState } from './test-step.ts'

/** The load control, by its intents: a test only ever asks it. */
export interface ControlIntents {
  readonly setOverride: (input: SiteIntents['override.set']['input']) => Promise<Override>
  readonly cancelOverride: (input: SiteIntents['override.cancel']['input']) => Promise<Override>
}
export interface SocketTestPorts {
  readonly site: Site
  readonly log: Log
  readonly newId: NewId
  readonly nowMs: () => number
  readonly live: () => Live | null
  /** Every picture of the site. */
  readonly listen: (listener: (live: Live) => void) => Stop
  readonly control: ControlIntents
  readonly tell: (news: WiringTestNews, chargerId: string) => void
}

/** An override that nobody renews ends by itself: a program that dies leaves none of them behind for longer, s. */
const testTtlS = 180
const holdTtlS = 600
/** A write that fails for this long will not come. */
const failedMs = 15_000
const drawsFromA = 1

export interface Run {
  readonly testId: string
  readonly who: string
  readonly reason: string
  readonly setup: TestSetup
  readonly startedAtMs: number
  state: TestState
  says: string
  /** Override of the tested charger now; null while one is being asked for. */
  overrideId: string | null
  failedSinceMs: number | null
  readonly held: string[]
  isEnding: boolean
}

/** Overrides are refused by a state, not by an error. */
const refusalOf = (override: Override): string | null =>
  override.state === 'refused' ? (override.why ?? 'the controller refused it') : null

export const begunRun = (
  { newId, nowMs }: SocketTestPorts,
  setup: TestSetup,
  { who, reason }: { readonly who: string; readonly reason: string },
  imageAtMs: number,
): Run => ({
  testId: newId(),
  who,
  reason,
  setup,
  startedAtMs: nowMs(),
  state: beginTest(imageAtMs),
  says: 'holding the other chargers',
  overrideId: null,
  failedSinceMs: null,
  held: [],
  isEnding: false,
})

/** In the words of the contract. */
export const toldOf = (ports: SocketTestPorts, of: Run, state: SocketTest['state']): SocketTest => ({
  testId: of.testId,
  chargerId: of.setup.chargerId,
  who: of.who,
  state,
  says: of.says,
  startedAtMs: of.startedAtMs,
  endedAtMs: state === 'running' ? null : ports.nowMs(),
  lowA: of.setup.lowA,
  highA: of.setup.highA,
  ofSteps: 2 * of.setup.repeats,
  ...matrixOf(ports.site, of.setup, of.state, state === 'done'),
})

/** Has the tested charger held at this; why not, where the load control refuses. */
export const ask = async ({ control, newId }: SocketTestPorts, of: Run, limitA: number): Promise<string | null> => {
  of.overrideId = null
  of.failedSinceMs = null
  const made = await control.setOverride({
    intentId: newId(),
    chargerId: of.setup.chargerId,
    limitA,
    ttlS: testTtlS,
    reason: `wiring test: ${of.reason}`,
    who: of.who,
  })
  of.overrideId = made.id
  return refusalOf(made)
}

/** Whoever draws current or may begin to is held at what it has; a person's own override holds already. */
export const holdOthers = async ({ site, control, newId }: SocketTestPorts, of: Run, live: Live): Promise<void> => {
  const running = new Set(
    live.control.overrides.filter(isRunning).flatMap(({ chargers }) => chargers.map(({ chargerId }) => chargerId)),
  )
  for (const charger of site.chargers) {
    if (charger.id === of.setup.chargerId || running.has(charger.id) || of.isEnding) continue
    const reading = own(live.image.chargers, charger.id)
    const draws = ['L1', 'L2', 'L3'].some(
      (phase) => Math.abs(reading?.siteCurrentA[phase as 'L1'].value ?? 0) > drawsFromA,
    )
    const targetA = own(live.control.decision?.chargers ?? {}, charger.id)?.targetA ?? 0
    if (!draws || targetA < charger.minimum) continue
    const made = await control.setOverride({
      intentId: newId(),
      chargerId: charger.id,
      limitA: targetA,
      ttlS: holdTtlS,
      reason: `held while ${of.setup.chargerName} is tested`,
      who: of.who,
    })
    if (refusalOf(made) === null) of.held.push(made.id)
  }
}

export const letGo = async ({ control, log }: SocketTestPorts, of: Run, overrideId: string): Promise<void> => {
  try {
    await control.cancelOverride({ overrideId, who: of.who, reason: 'the wiring test is over' })
  } catch (error) {
    // It ended by itself; the controller knows it no more.
    log.info('an override of a wiring test was over already', { overrideId, error: String(error) })
  }
}

/** What became of the override the test rests on; null: it holds. */
export const overrideTrouble = (of: Run, live: Live): string | null => {
  const mine = live.control.overrides.find(({ id }) => id === of.overrideId)
  if (of.overrideId === null || mine === undefined) return null
  if (mine.state === 'yielding') return `another override holds instead: ${mine.why ?? ''}`
  if (!isRunning(mine)) return `its override was ended: ${mine.why ?? mine.state}`
  if (mine.state !== 'failed') {
    of.failedSinceMs = null
    return null
  }
  of.failedSinceMs ??= live.image.atMs
  return live.image.atMs - of.failedSinceMs > failedMs ? `the limit could not be written: ${mine.why ?? ''}` : null
}
