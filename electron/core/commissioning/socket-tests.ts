import { Refusal } from '../../../shared/api/define.ts'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { isRunning, type Override } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { SiteIntents } from '../site/site-input.ts'
import type { Log, NewId, Stop } from '../ports.ts'
import type { WiringTestNews } from '../../../shared/said/control-events.ts'
import { matrixOf } from './tell-test.ts'
import { testSetupOf } from './test-setup.ts'
import { beginTest, stepTest, type TestSetup, type TestState } from './test-step.ts'

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

interface Run {
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

/** Tests of sockets, one at a time, by limits that the load control gives; and what became of the latest of each charger. */
export const createSocketTests = (ports: SocketTestPorts) => {
  const { site, log, newId, control } = ports
  const results = new Map<string, SocketTest>()
  const listeners = new Set<(tests: readonly SocketTest[]) => void>()
  let run: Run | null = null

  const all = (): readonly SocketTest[] =>
    run === null
      ? [...results.values()]
      : [toldOf(run, 'running'), ...[...results.values()].filter(({ chargerId }) => chargerId !== run?.setup.chargerId)]
  const publish = (): void => {
    for (const listener of listeners) listener(all())
  }
  const toldOf = (of: Run, state: SocketTest['state']): SocketTest => ({
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
    ...matrixOf(site, of.setup, of.state, state === 'done'),
  })

  const ask = async (of: Run, limitA: number): Promise<string | null> => {
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
  const holdOthers = async (of: Run, live: Live): Promise<void> => {
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

  const letGo = async (of: Run, overrideId: string): Promise<void> => {
    try {
      await control.cancelOverride({ overrideId, who: of.who, reason: 'the wiring test is over' })
    } catch (error) {
      // It ended by itself; the controller knows it no more.
      log.info('an override of a wiring test was over already', { overrideId, error: String(error) })
    }
  }

  /** Everything back as it was: each override is given back, whatever became of the others. */
  const end = async (of: Run, state: 'done' | 'not-done', says: string): Promise<void> => {
    if (of.isEnding) return
    of.isEnding = true
    of.says = says
    for (const id of [of.overrideId, ...of.held]) if (id !== null) await letGo(of, id)
    results.set(of.setup.chargerId, toldOf(of, state))
    if (run === of) run = null
    const charger = of.setup.chargerName
    ports.tell(
      state === 'done' ? { act: 'done', charger } : { act: 'not-done', charger, why: says },
      of.setup.chargerId,
    )
    publish()
  }

  /** What became of the override the test rests on; null: it holds. */
  const overrideTrouble = (of: Run, live: Live): string | null => {
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

  const look = async (of: Run, live: Live): Promise<void> => {
    const trouble = overrideTrouble(of, live)
    if (trouble !== null) {
      await end(of, 'not-done', trouble)
      return
    }
    if (of.overrideId === null) return
    const { state, act } = stepTest(of.state, live, of.setup)
    of.state = state
    switch (act.kind) {
      case 'go-on':
        of.says = act.doing
        publish()
        return
      case 'ask': {
        of.says = act.doing
        const refused = await ask(of, act.limitA)
        if (refused !== null) await end(of, 'not-done', refused)
        publish()
        return
      }
      case 'done':
        await end(of, 'done', `${2 * of.setup.repeats} steps`)
        return
      case 'stop':
        await end(of, 'not-done', act.why)
    }
  }

  const stopListening = ports.listen((live) => {
    const of = run
    if (of === null || of.isEnding) return
    look(of, live).catch((error: unknown) => {
      log.error('a wiring test failed', { error: String(error) })
      return end(of, 'not-done', `it failed: ${String(error)}`)
    })
  })

  return {
    all,
    subscribe: (listener: (tests: readonly SocketTest[]) => void): Stop => {
      listeners.add(listener)
      listener(all())
      return () => {
        listeners.delete(listener)
      }
    },
    start: async (input: { chargerId: string; repeats: number; who: string; reason: string }): Promise<SocketTest> => {
      if (run !== null) throw new Refusal(`${run.setup.chargerName} is being tested; one socket at a time`)
      const live = ports.live()
      const found = testSetupOf(site, live, input.chargerId, input.repeats)
      if ('why' in found || live === null) throw new Refusal('why' in found ? found.why : 'nothing has been read yet')
      const next: Run = {
        testId: newId(),
        who: input.who,
        reason: input.reason,
        setup: found.setup,
        startedAtMs: ports.nowMs(),
        state: beginTest(live.image.atMs),
        says: 'holding the other chargers',
        overrideId: null,
        failedSinceMs: null,
        held: [],
        isEnding: false,
      }
      run = next
      const { chargerName, lowA, highA } = found.setup
      ports.tell(
        { act: 'begun', charger: chargerName, who: input.who, lowA, highA, repeats: input.repeats },
        input.chargerId,
      )
      try {
        await holdOthers(next, live)
        const refused = await ask(next, found.setup.lowA)
        if (refused !== null) await end(next, 'not-done', refused)
      } catch (error) {
        await end(next, 'not-done', String(error))
      }
      publish()
      return results.get(input.chargerId)?.testId === next.testId
        ? (results.get(input.chargerId) as SocketTest)
        : toldOf(next, 'running')
    },
    stop: async (who: string): Promise<void> => {
      if (run !== null) await end(run, 'not-done', `stopped by ${who}`)
    },
    close: async (why: string): Promise<void> => {
      stopListening()
      if (run !== null) await end(run, 'not-done', why)
    },
  }
}
