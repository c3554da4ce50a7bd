import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Preloaded into a host (`node --import`): at its end it writes the event loop's delay to the file named in LOOP_DELAY_FILE. */
const file = process.env['LOOP_DELAY_FILE']
if (file !== undefined) {
  const resolutionMs = 5
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  // The start (modules, the first sweep of every device) is not what a person feels later.
  setTimeout(() => {
    delay.enable()
    delay.reset()
  }, 5000).unref()
  process.on('exit', () => {
    // The histogram holds the whole interval between ticks; what is over the resolution is delay.
    writeFileSync(
      file,
      JSON.stringify({
        p99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
        maxMs: Math.max(0, delay.max / 1e6 - resolutionMs),
      }),
    )
  })
}
