import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { AcceptanceRun, AcceptanceStep } from '../../shared/acceptance/run.ts'
import { usualNumbers } from '../../shared/acceptance/plan.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'
import type { Site } from '../../shared/site/site.ts'
import { startSimulatedSite } from '../host-node/simulated-site.ts'
import { readSiteFile } from '../host-node/open-core.ts'
import { checkProtocol } from '../io/acceptance/check-protocol.ts'
import { sendCommand } from '../simulator/control/control-client.ts'
import type { ControlAddress } from '../simulator/control/control-server.ts'
import type { Command } from '../simulator/control/commands.ts'
import type { PhysicalState } from '../simulator/control/physical-state.ts'
import { byHand, protocolOf, runToEnd, runUntil } from './acceptance-person.ts'
import type { BenchFigure, BenchOptions, BenchResult } from './result.ts'
import { startHost, type RunningHost } from './running-host.ts'

/*
 * A site acceptance test as it is on the first day: the depot's simulator and the program, each a process of its own, real ports, real
 * time. What is wanted of every step is known, because the simulator is wired as its site file says until a fault is switched on.
 */
const cars: Readonly<Record<string, 1 | 3>> = {
  'cp-01': 3,
  'cp-02': 1,
  'cp-05': 3,
  'cp-06': 1,
  'cp-08': 3,
  'cp-09': 3,
  'cp-10': 1,
  'cp-11': 3,
  'cp-12': 3,
}
/** One of each kind of charger with a car (Modbus TCP, a serial bus, OCPP 2.0.1 and 1.6), and one without. */
const shortly: ReadonlySet<string> = new Set(['cp-01', 'cp-05', 'cp-07', 'cp-08', 'cp-12'])
const numbers = { ...usualNumbers, communicationMinutes: 2, overrideS: 30, overloadS: 40 }
/** The depot's fallback, and what its slowest watchdog (90 s) and its car need. */
const fallbackA = 8
const safeWithinS = 105
const looseOhm = 0.06

const readySchema = z.looseObject({
  control: z.object({ host: z.literal('127.0.0.1'), port: z.number(), token: z.string() }),
})
const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })

const tell = async (control: ControlAddress, command: Command): Promise<unknown> => {
  const answer = await sendCommand(control, command)
  if (!answer.ok) throw new Error(answer.message)
  return answer.result
}

interface Watch {
  /** Most amperes that any phase of any circuit really carried above its limit since the last look; negative: never. */
  readonly worstA: () => number
  readonly drawnA: () => readonly number[]
  readonly stop: () => Promise<void>
}
/** What is physically so, once a second: nothing the program says enters it. */
const watchTruth = (control: ControlAddress, site: Site): Watch => {
  let worstA = -Infinity
  let drawn: readonly number[] = []
  let isOn = true
  const look = async (): Promise<void> => {
    const state = (await tell(control, { command: 'state' })) as PhysicalState
    for (const circuit of site.circuits)
      for (const amperes of Object.values(state.circuits[circuit.id]?.currentA ?? {}))
        worstA = Math.max(worstA, amperes - circuitLimitA(site, circuit))
    drawn = Object.values(state.chargers).map(({ currentA }) => Math.max(...Object.values(currentA)))
  }
  const going = (async () => {
    while (isOn) {
      await look()
      await wait(1000)
    }
  })()
  return {
    worstA: () => {
      const worst = worstA
      worstA = -Infinity
      return worst
    },
    drawnA: () => drawn,
    stop: () => {
      isOn = false
      return going
    },
  }
}

const expected = ({ kind, subject }: AcceptanceStep): AcceptanceStep['state'] =>
  kind === 'socket-wiring' && !(subject.id in cars) ? 'not-done' : 'pass'

const isWanted = ({ kind, subject }: AcceptanceStep, isLong: boolean): boolean =>
  isLong ||
  subject.kind !== 'charger' ||
  shortly.has(subject.id) ||
  ['override', 'communication', 'intervals'].includes(kind)

/** How a run came out, kind by kind, and every step that came out otherwise than it must. */
const outcomeOf = (run: AcceptanceRun): { readonly wrong: readonly string[]; readonly table: readonly string[] } => {
  const kinds = [...new Set(run.steps.map(({ kind }) => kind))]
  const secondsOf = ({ startedAtMs, endedAtMs }: AcceptanceStep): number =>
    startedAtMs === null || endedAtMs === null ? 0 : (endedAtMs - startedAtMs) / 1000
  return {
    wrong: run.steps
      .filter((step) => step.state !== expected(step))
      .map(({ title, state, says }) => `${title}: ${state}, ${says}`),
    table: kinds.map((kind) => {
      const of = run.steps.filter((step) => step.kind === kind)
      const counts = ['pass', 'fail', 'not-done', 'open'].flatMap((state) => {
        const count = of.filter((step) => step.state === state).length
        return count === 0 ? [] : [`${count} ${state}`]
      })
      const longest = Math.max(...of.map(secondsOf))
      return `${kind.padEnd(14)} ${counts.join(', ').padEnd(26)} longest ${longest.toFixed(0)} s`
    }),
  }
}

const figure = (label: string, value: number, unit: string, target: string, met: boolean): BenchFigure => ({
  label,
  value,
  unit,
  target,
  met,
})
const none = (label: string, count: number): BenchFigure => figure(label, count, '', 'none', count === 0)
const within = (label: string, amperes: number): BenchFigure =>
  figure(label, amperes, 'A', 'not above 0 A', amperes <= 0)

interface Bench {
  readonly siteFile: string
  readonly folder: string
  readonly control: ControlAddress
  readonly watch: Watch
}

/** The test from plan to sealed protocol; each byte that is flipped in the protocol must be found. */
const firstDay = async (
  { client }: RunningHost,
  { watch }: Bench,
  isLong: boolean,
): Promise<{ results: BenchFigure[]; table: string[]; run: AcceptanceRun }> => {
  const plan = await client.call('acceptance.plan', { numbers })
  const stepIds = plan.steps.filter((step) => isWanted(step, isLong)).map(({ id }) => id)
  const fromMs = performance.now()
  const couldBeDone = (step: AcceptanceStep): boolean => expected(step) === 'pass'
  const { run, again } = await runToEnd(client, { numbers, stepIds, reason: 'first day' }, couldBeDone)
  const minutes = (performance.now() - fromMs) / 60_000
  const { wrong, table } = outcomeOf(run)
  const bytes = await protocolOf(client, run.id)
  const sealed = await checkProtocol(bytes)
  let unseen = 0
  for (let at = 40; at < bytes.length; at += Math.ceil(bytes.length / 200)) {
    const flipped = bytes.slice()
    flipped[at] = (flipped[at] ?? 0) ^ 1
    if ((await checkProtocol(flipped)).isSound) unseen += 1
  }
  return {
    run,
    table: [...table, ...again.map(({ title, says }) => `tried once more: ${title}: ${says}`), ...wrong],
    results: [
      figure('steps of the run on the depot', run.steps.length, '', 'told, no target', true),
      figure('of them not done at first, and tried once more', again.length, '', 'told, no target', true),
      figure('the run, real time', minutes, 'min', 'told, no target', true),
      none('steps that came out otherwise than they must', wrong.length),
      within('worst phase of any circuit against its limit, in truth', watch.worstA()),
      none('a protocol that is not sound, or has no signature', sealed.isSound ? 0 : 1),
      none('bytes of it that were flipped and not found, of 200', unseen),
    ],
  }
}

const isSafe = ({ watch }: Bench): boolean => watch.drawnA().every((amperes) => amperes <= fallbackA + 0.5)
const secondsUntil = async (holds: () => boolean, mostS: number): Promise<number> => {
  const fromMs = performance.now()
  while (!holds()) {
    if (performance.now() - fromMs > mostS * 1000) return NaN
    await wait(500)
  }
  return (performance.now() - fromMs) / 1000
}

/** A later run, killed in the middle of a step, taken up again, and compared with the first day: a joint has become loose since. */
const laterDay = async (
  host: RunningHost,
  bench: Bench,
  first: AcceptanceRun,
): Promise<{ results: BenchFigure[]; table: string[]; host: RunningHost }> => {
  const { control, watch } = bench
  await tell(control, {
    command: 'fault',
    name: 'loose-terminal',
    target: 'feeder-1',
    on: true,
    options: { phase: 'L2', ohm: looseOhm },
  })
  const stepIds = ['communication:pac-feeder-1', 'socket-wiring:cp-01', 'limit:cp-01']
  await runUntil(host.client, { numbers, stepIds, reason: 'a year later' }, (run) =>
    run.steps.some(
      ({ id, state, says }) => id === 'socket-wiring:cp-01' && state === 'running' && /^[2-5] of/.test(says),
    ),
  )
  await host.kill()
  const safeS = await secondsUntil(() => isSafe(bench), 2 * safeWithinS)
  const killedWorstA = watch.worstA()
  const next = await startHost(bench.siteFile, bench.folder)
  const after = await byHand.state(next.client)
  const mode = await byHand.mode(next.client)
  const left = after.run?.steps.filter(({ state }) => state === 'running').length ?? 1
  const run = await byHand.goOn(next.client)
  const comparison = await next.client.call('acceptance.compare', { runId: run.id, earlierId: first.id })
  const notable = comparison.measures.filter(({ isNotable }) => isNotable)
  // The joint lies in the feeder's cable, below its meter: what sees it is the socket's second terminal.
  const loose = notable.filter(({ what }) => /T2: impedance/.test(what))
  return {
    host: next,
    table: [...outcomeOf(run).wrong, ...notable.map(({ says }) => says)],
    results: [
      figure(
        'kill -9 in the middle of a step to every car at its fallback',
        safeS,
        's',
        `at most ${safeWithinS} s`,
        safeS <= safeWithinS,
      ),
      within('worst phase of any circuit meanwhile, in truth', killedWorstA),
      none('started again: the run is not there and paused', after.run?.state === 'paused' ? 0 : 1),
      none('started again: steps that still run', left),
      none('started again: control is armed by itself', mode === 'armed' ? 1 : 0),
      none('steps of the run gone on with that came out otherwise', outcomeOf(run).wrong.length),
      figure(
        'the joint that became loose, named by the comparison',
        loose.length,
        '',
        'at least one',
        loose.length > 0,
      ),
      none(
        'other impedances and shares said to have changed',
        notable.filter((each) => !loose.includes(each) && ['impedance', 'gain'].includes(each.kind)).length,
      ),
    ],
  }
}

/** Waits until every car draws current, so that each step finds what it needs. */
const untilCarsDraw = async ({ control, watch }: Bench): Promise<void> => {
  for (const [charger, phases] of Object.entries(cars))
    await tell(control, { command: 'plug', charger, phases, maximum: 16 })
  for (const charger of ['cp-03', 'cp-04', 'cp-07']) await tell(control, { command: 'unplug', charger })
  const isThere = () => watch.drawnA().filter((amperes) => amperes > 5).length >= Object.keys(cars).length
  if (Number.isNaN(await secondsUntil(isThere, 60))) throw new Error('not every car began to draw current')
}

export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'acceptance-'))
  const simulated = await startSimulatedSite(['--seed', '3'])
  if (!simulated.ok) throw new Error(simulated.message)
  const { control } = readySchema.parse(simulated.site.ready)
  const { siteFile } = simulated.site
  const read = await readSiteFile({ siteFile, dataFolder: folder })
  if (!read.ok) throw new Error(read.message)
  const watch = watchTruth(control, read.site)
  const bench = { siteFile, folder, control, watch }
  let host: RunningHost | null = null
  try {
    await untilCarsDraw(bench)
    host = await startHost(siteFile, folder)
    await wait(10_000)
    watch.worstA()
    const first = await firstDay(host, bench, isLong)
    const later = await laterDay(host, bench, first.run)
    host = later.host
    return {
      name: `The acceptance test of the simulated depot (real processes and ports, ${isLong ? 'every charger' : 'one charger of each kind'})`,
      results: [...first.results, ...later.results],
      table: [...first.table, ...later.table],
    }
  } finally {
    await host?.end()
    await watch.stop().catch(() => undefined)
    await simulated.site.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
