import { onFatal } from './on-fatal.ts'

/** Resolves with the reason when a person or the system asks to stop, or a bug forces it; a second Ctrl-C ends the program at once. */
export const untilStopped = (): Promise<string> =>
  new Promise((resolve) => {
    let asked = false
    const stop = (why: string, code: number) => () => {
      if (asked) process.exit(code)
      asked = true
      resolve(why)
    }
    onFatal(resolve)
    process.on('SIGINT', stop('stopped by Ctrl-C', 130))
    process.on('SIGTERM', stop('stopped by the system', 143))
    process.on('SIGHUP', stop('the terminal was closed', 129))
  })
