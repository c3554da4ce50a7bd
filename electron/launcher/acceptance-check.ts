import { runAcceptanceCheck } from '../host-node/acceptance-check.ts'

/** `npm run -s acceptance-check -- FILE`: whether the sealed protocol of an acceptance test is as it was made. */
process.exit(await runAcceptanceCheck(process.argv.slice(2)))
