import { bin, run } from './project.ts'

/**
 * `npm run fuzz [file…]`: every fuzz test with a million mutations instead of the hundred thousand of `npm test`, and control on 100,000
 * random sites with lying meters instead of a few hundred (core/control/safety.fuzz.test.ts; hours); each row of the fail-safe table a thousand times
 * (fail-safe.fuzz.test.ts), 10,000 sequences of what persons do and what befalls a site (sequences.fuzz.test.ts), and the replay law on 20,000
 * random sessions instead of 40 (core/record/tape/replay.fuzz.test.ts; hours too); the passive wiring checks on 1,000 healthy sites (7 minutes of a
 * core) and 10,000 tests of a socket with faults (half an hour of a core).
 */
const [...files] = process.argv.slice(2)
process.exitCode = await run(bin('vitest'), ['run', ...(files.length > 0 ? files : ['.fuzz.test.ts'])], {
  env: { ...process.env, TRIPSCOPE_FUZZ: process.env['TRIPSCOPE_FUZZ'] ?? '1000000' },
})
