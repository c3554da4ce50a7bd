import { spawn } from 'node:child_process'

/** Shows an address in this computer's browser; says so where there is none. */
export const openBrowser = (url: string): void => {
  const [command, args] =
    process.platform === 'win32'
      ? (['cmd', ['/c', 'start', '""', url]] as const)
      : process.platform === 'darwin'
        ? (['open', [url]] as const)
        : (['xdg-open', [url]] as const)
  const child = spawn(command, [...args], { stdio: 'ignore', detached: true })
  child.on('error', () => process.stderr.write('No browser could be opened: open the address above.\n'))
  child.unref()
}
