import { runReplay } from '../host-node/replay.ts'

/** `npm run -s replay -- --record FILE`: plays a record or a snapshot again, and says where what comes of it differs. */
process.exit(await runReplay(process.argv.slice(2)))
