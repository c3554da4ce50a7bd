import { app } from 'electron'

/**
 * Switches of Chromium and Node that hand the page, and with it the right to command, to whoever reaches a port of this computer, or
 * that take its protection away. Node's own are refused by fuses too (electron-builder.yml); Chromium's have none.
 */
const closed = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-debugging-io-pipes',
  'remote-debugging-targets',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'inspect-brk-node',
  'inspect-port',
  'inspect-publish-uid',
  'inspect-wait',
  'auto-open-devtools-for-tabs',
  'disable-web-security',
  'load-extension',
  'enable-automation',
  'js-flags',
  'host-resolver-rules',
  'unsafely-treat-insecure-origin-as-secure',
] as const

/** In a packaged app they are taken back before Chromium reads them, which it does after this script began (ElectronBrowserMainParts). */
export const closeSwitches = (): void => {
  if (!app.isPackaged) return
  for (const name of closed) {
    if (!app.commandLine.hasSwitch(name)) continue
    app.commandLine.removeSwitch(name)
    process.stderr.write(`--${name} is not taken by the packaged Tripscope.\n`)
  }
}
