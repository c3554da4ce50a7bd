/** Exit code after a bug that nobody caught (EX_SOFTWARE of sysexits.h). */
export const fatalExitCode = 70

/**
 * A bug that nobody caught ends the program, but not before the chargers are at their fallback: `act` closes the site, within
 * its own bound, and then ends. A second one meanwhile is told and changes nothing.
 */
export const onFatal = (act: (why: string) => void): void => {
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
