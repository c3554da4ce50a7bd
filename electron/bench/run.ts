import { cpus, loadavg } from 'node:os'
import type { BenchOptions, BenchResult } from './result.ts'

/**
 * `npm run bench [-- name … --long]`: figures of one run, as ratios or shares where a machine's speed would otherwise be what is
 * measured. Nothing here is asserted: a missed target is printed as missed, the exit code stays 0.
 */
const benches: Readonly<Record<string, () => Promise<{ run(options: BenchOptions): Promise<BenchResult> }>>> = {
  acceptance: () => import('./acceptance.ts'),
  control: () => import('./control.ts'),
  decision: () => import('./decision.ts'),
  bytes: () => import('./bytes.ts'),
  causes: () => import('./causes.ts'),
  'dip-to-alarm': () => import('./dip-to-alarm.ts'),
  'history-growth': () => import('./history-growth.ts'),
  'line-cycle': () => import('./line-cycle.ts'),
  'many-meters': () => import('./many-meters.ts'),
  'overload-to-write': () => import('./overload-to-write.ts'),
  'power-quality': () => import('./power-quality.ts'),
  'process-death': () => import('./process-death.ts'),
  'requests-per-sweep': () => import('./requests-per-sweep.ts'),
  'read-flood': () => import('./read-flood.ts'),
  'request-rate': () => import('./request-rate.ts'),
  replay: () => import('./replay.ts'),
  flight: () => import('./flight.ts'),
  snapshot: () => import('./snapshot.ts'),
  'shared-line': () => import('./shared-line.ts'),
  spikes: () => import('./spikes.ts'),
  thermal: () => import('./thermal.ts'),
  'wave-files': () => import('./wave-files.ts'),
  waves: () => import('./waves.ts'),
  wiring: () => import('./wiring.ts'),
  'whole-site': () => import('./whole-site.ts'),
  screen: () => import('./screen.ts'),
  scope: () => import('./scope.ts'),
}

const isLong = process.argv.includes('--long')
const asked = process.argv.slice(2).filter((word) => word !== '--long')
const unknown = asked.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}\n`,
)
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const load = benches[name]
  if (load === undefined) continue
  try {
    const { results, name: title, table } = await (await load()).run({ isLong })
    console.log(title)
    for (const { label, value, unit, target, met } of results) {
      console.log(
        `  ${met ? 'met   ' : 'MISSED'}  ${label.padEnd(64)} ${value.toFixed(value < 10 ? 3 : 1).padStart(10)} ${unit.padEnd(6)} (target ${target})`,
      )
    }
    for (const line of table ?? []) console.log(`          ${line}`)
  } catch (error) {
    console.log(`${name}: could not be measured: ${error instanceof Error ? error.message : String(error)}`)
  }
  console.log()
}
process.exit(0)
