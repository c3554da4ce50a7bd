/** Exit code after a bug that nobody caught (EX_SOFTWARE of sysexits.h). */
export const fatalExitCode = 70

/**
 * Whoever read what the program prints may have gone, with the terminal or a pipe. Node makes an error of each line written after that;
 * nobody's, it would end the program and be written down in the same place, for ever. Control does not rest on being read.
 */
const goOnUnread = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/**
 * A bug that nobody caught ends the program, but not before the chargers are at their fallback: `act` closes the site, within
 * its own bound, and then ends. A second one meanwhile is told and changes nothing.
 */
export const onFatal = (act: (why: string) => void): void => {
  goOnUnread()
  let acting = false
  const handle = (error: unknown) => {
    process.stderr.write(
      `Tripscope stops because of an error of its own; please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    if (acting) return
    acting = true
    process.exitCode = fatalExitCode
    act(`an error of the program: ${error instanceof Error ? error.message : String(error)}`)
  }
  process.on('uncaughtException', handle)
  process.on('unhandledRejection', handle)
}
