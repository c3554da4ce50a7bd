import { runDiagnose } from '../host-node/diagnose.ts'

/** `npm run -s diagnose -- --snapshot FILE`: ranks the causes of the incidents in a record or a snapshot, one JSON object a line. */
process.exit(await runDiagnose(process.argv.slice(2)))
