import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { announceRunning } from './control/running-file.ts'
import { isCommandWord, runSimulatorCommand } from './fault.ts'
import { largeScenario, type SiteSize } from './scenario/large-scenario.ts'
import { startSimulator } from './start-simulator.ts'

/** Sources (electron/simulator/) and the built file (dist/simulator/) both lie two folders below the program's root. */
const assets = join(import.meta.dirname, '..', '..', 'assets')

const usage = `The simulated site: real Modbus servers on this machine.
  --scenario NAME   one of assets/scenarios, or a file of that form; default depot
  --chargers N      a made-up car park of 1 to 1000 chargers instead of a file, for looking at large sites
  --circuits N      its circuits, 3 to 200; default 25
  --seed N          another course of the same scenario
  --folder DIR      where the site file is written; default a fresh temp folder
  --speed N         world seconds per second, 1 to 600; watchdogs keep the wall's time
  --profiles DIR    meter and charger profiles; default assets/profiles
Prints one JSON line when ready and runs until standard input closes or SIGTERM.
"help" lists the commands for a running simulator.
`

/** `small` is one of the program's own; what has a folder or an ending is a file. */
const scenarioFile = (wanted: string): string =>
  /[/\\.]/.test(wanted) ? wanted : join(assets, 'scenarios', `${wanted}.yaml`)

const fail = (message: string): never => {
  process.stderr.write(`${message.trimEnd()}\n`)
  process.exit(2)
}

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string' },
        chargers: { type: 'string' },
        circuits: { type: 'string' },
        seed: { type: 'string' },
        folder: { type: 'string' },
        speed: { type: 'string' },
        profiles: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const number = (name: 'seed' | 'speed' | 'chargers' | 'circuits', low: number, high: number) => {
      const text = values[name]
      if (text === undefined) return null
      const value = Number(text)
      if (text.trim() === '' || !(value >= low && value <= high))
        return fail(`--${name}: expected a number from ${low} to ${high}, got "${text}"`)
      return value
    }
    return {
      ...values,
      seed: number('seed', -2147483648, 4294967295),
      speed: number('speed', 1, 600) ?? 1,
      chargers: number('chargers', 1, 1000),
      circuits: number('circuits', 3, 200) ?? 25,
    }
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

/** A file with a made-up site of that size, and how to take it away. */
const writeLarge = (size: SiteSize): { readonly file: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-scenario-'))
  const file = join(folder, 'scenario.yaml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(largeScenario(size)))
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Resolves when whoever started us is gone or asks us to end. */
const untilStopped = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve)
    // Electron's utility processes have no standard input: their parent kills them. Ctrl-C reaches us too, but the program must
    // still be able to lead our chargers to their fallback: it ends us when it has.
    if ('parentPort' in process && process.parentPort) {
      process.on('SIGINT', () => undefined)
      return
    }
    process.once('SIGINT', resolve)
    process.stdin
      .on('end', resolve)
      .on('error', () => resolve())
      .resume()
  })

const run = async (): Promise<void> => {
  const options = readOptions()
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  // Before anything is said: whoever reads that we are ready may end us at once.
  const stopped = untilStopped()
  const { chargers, circuits } = options
  const made = chargers === null ? null : writeLarge({ chargers: Math.round(chargers), circuits: Math.round(circuits) })
  const outcome = await startSimulator({
    scenario: made?.file ?? scenarioFile(options.scenario ?? 'depot'),
    profiles: options.profiles ?? join(assets, 'profiles'),
    seed: options.seed,
    folder: options.folder ?? null,
    speed: options.speed,
  })
  made?.remove()
  if (!outcome.ok) return fail(outcome.problems.join('\n'))
  const { simulation } = outcome
  const takeBack = announceRunning(simulation.control, simulation.site.siteFile)
  for (const note of simulation.site.notes) process.stderr.write(`${note}\n`)
  process.stdout.write(
    `${JSON.stringify({ ready: true, site: simulation.site.siteFile, control: simulation.control, ports: simulation.ports })}\n`,
  )
  await stopped
  takeBack()
  await simulation.stop()
}

if (isCommandWord(process.argv[2])) process.exitCode = await runSimulatorCommand(process.argv.slice(2))
else {
  await run()
  // A half-open connection of somebody else must not keep us alive.
  process.exit(process.exitCode ?? 0)
}
