import { runMonitor } from '../host-node/monitor.ts'

/** `npm run -s monitor -- [--site FILE] [--seconds N]`: straight from the sources, so that nothing but records is ever printed. */
process.exit(await runMonitor(process.argv.slice(2)))
