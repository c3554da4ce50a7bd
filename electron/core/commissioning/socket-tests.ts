import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Stop } from '../ports.ts'
import {
  ask,
  begunRun,
  holdOthers,
  letGo,
  overrideTrouble,
  toldOf,
  type Run,
  type SocketTestPorts,
} from './socket-run.ts'
import { testSetupOf } from './test-setup.ts'
import { stepTest } from './test-step.ts'

/** Tests of sockets, one at a time, by limits that the load control gives; and what became of the latest of each charger. */
export const createSocketTests = (ports: SocketTestPorts) => {
  const { site, log } = ports
  const results = new Map<string, SocketTest>()
  const listeners = new Set<(tests: readonly SocketTest[]) => void>()
  let run: Run | null = null

  const all = (): readonly SocketTest[] =>
    run === null
      ? [...results.values()]
      : [
          toldOf(ports, run, 'running'),
          ...[...results.values()].filter(({ chargerId }) => chargerId !== run?.setup.chargerId),
        ]
  const publish = (): void => {
    for (const listener of listeners) listener(all())
  }
  /** Everything back as it was: each override is given back, whatever became of the others. */
  const end = async (of: Run, state: 'done' | 'not-done', says: string): Promise<void> => {
    if (of.isEnding) return
    of.isEnding = true
    of.says = says
    for (const id of [of.overrideId, ...of.held]) if (id !== null) await letGo(ports, of, id)
    results.set(of.setup.chargerId, toldOf(ports, of, state))
    if (run === of) run = null
    const charger = of.setup.chargerName
    ports.tell(
      state === 'done' ? { act: 'done', charger } : { act: 'not-done', charger, why: says },
      of.setup.chargerId,
    )
    publish()
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
        const refused = await ask(ports, of, act.limitA)
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
      if (run !== null) throw refusal('socket-test-runs', { charger: run.setup.chargerName })
      const live = ports.live()
      const found = testSetupOf(site, live, input.chargerId, input.repeats)
      if ('why' in found) throw refusal('socket-not-testable', { why: found.why })
      if (live === null) throw refusal('nothing-read-yet', {})
      const next = begunRun(ports, found.setup, input, live.image.atMs)
      run = next
      const { chargerName, lowA, highA } = found.setup
      ports.tell(
        { act: 'begun', charger: chargerName, who: input.who, lowA, highA, repeats: input.repeats },
        input.chargerId,
      )
      try {
        await holdOthers(ports, next, live)
        const refused = await ask(ports, next, found.setup.lowA)
        if (refused !== null) await end(next, 'not-done', refused)
      } catch (error) {
        await end(next, 'not-done', String(error))
      }
      publish()
      return results.get(input.chargerId)?.testId === next.testId
        ? (results.get(input.chargerId) as SocketTest)
        : toldOf(ports, next, 'running')
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
