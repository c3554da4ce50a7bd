import { tellUnparsed } from './command-line.ts'
import { parseServeOptions } from './options.ts'
import { startSimulatedSite } from './simulated-site.ts'

const parsed = parseServeOptions(process.argv.slice(2))
if (!parsed.ok) process.exit(tellUnparsed(parsed))
const { options } = parsed

// The simulated site starts while the program is loaded: each takes about as long as the other. Should the program end before it asks for
// it, the simulated site ends with it.
let begun = options.site === null && !options.isWithoutSite ? startSimulatedSite(options.simulator) : null
const { serve } = await import('./serve.ts')
await serve(options, (simulator) => {
  const started = begun ?? startSimulatedSite(simulator)
  begun = null
  return started
})
process.exit()
