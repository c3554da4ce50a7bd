import { runSnapshot } from '../host-node/snapshot.ts'
import { untilStopped } from '../host-node/until-stopped.ts'

/** `npm run -s snapshot -- --site FILE --out FILE [--minutes N]`: what a site has stored, as one file to hand over. */
process.exit(await runSnapshot(process.argv.slice(2), untilStopped()))
