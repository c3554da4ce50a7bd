// Run by electron-builder when the app is laid out and before it is packed into an installer.
import { rmSync } from 'node:fs'
import { join } from 'node:path'

export default ({ appOutDir, electronPlatformName, packager }) => {
  const resources =
    electronPlatformName === 'darwin'
      ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : join(appOutDir, 'resources')
  // Electron's page for a start without an app: an own runtime folder brings it along.
  rmSync(join(resources, 'default_app.asar'), { force: true })
}
