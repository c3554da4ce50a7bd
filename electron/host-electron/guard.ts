import { app, type Session } from 'electron'
import { basename, join } from 'node:path'
import { pageUrl } from './page-protocol.ts'

/** Copying text the person asked for, and telling of new alarms: all that the page ever uses. */
const used: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications'])

/** What no page of ours ever needs is refused for every web contents there will be: navigation, windows, permissions, webviews. */
export const guardContents = (): void => {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (details) => {
      if (details.url !== pageUrl) details.preventDefault()
    })
    contents.on('will-redirect', (details) => details.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(used.has(permission)))
  session.setPermissionCheckHandler((_contents, permission) => used.has(permission))
  session.setDevicePermissionHandler(() => false)
}

/** What the page saves (snapshots, tables) goes where the person says; TRIPSCOPE_SAVE_FOLDER answers for them in tests. */
export const handleDownloads = (session: Session): void => {
  session.on('will-download', (_event, item) => {
    const name = basename(item.getFilename())
    const folder = process.env['TRIPSCOPE_SAVE_FOLDER']
    if (folder) item.setSavePath(join(folder, name))
    else item.setSaveDialogOptions({ defaultPath: join(app.getPath('downloads'), name) })
  })
}
