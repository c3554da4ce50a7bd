import { join } from 'node:path'
import { root, run } from './project.ts'

/** `npm run simulate -- [options]`: the simulated site alone, for other programs to read. */
process.exitCode = await run(process.execPath, [
  join(root, 'electron', 'simulator', 'main.ts'),
  ...process.argv.slice(2),
])
