import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron'

import type { RecentEntry } from './recent-menu.ts'

export interface MenuActions {
  readonly openSite: () => void
  readonly openSimulated: () => void
  readonly recent: readonly RecentEntry[]
  readonly openRecent: (path: string) => void
  readonly openRecording: () => void
  readonly recentRecordings: readonly RecentEntry[]
  readonly openRecentRecording: (path: string) => void
  readonly print: () => void
  /** THIRD-PARTY-NOTICES.txt, beside the program. */
  readonly noticesFile: string
}

const entriesOf = (entries: readonly RecentEntry[], open: (path: string) => void): MenuItemConstructorOptions[] =>
  entries.length === 0
    ? [{ label: 'None yet', enabled: false }]
    : entries.map(({ label, enabled, path }) => ({ label, enabled, click: () => open(path) }))

export const buildMenu = (actions: MenuActions): Menu => {
  const isMac = process.platform === 'darwin'
  const appMenu: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : []
  const template: MenuItemConstructorOptions[] = [
    ...appMenu,
    {
      label: '&File',
      submenu: [
        { label: 'Open site file…', accelerator: 'CmdOrCtrl+O', click: actions.openSite },
        {
          label: 'Open recent site',
          submenu: entriesOf(actions.recent, actions.openRecent),
        },
        { label: 'Open the simulated site', click: actions.openSimulated },
        { type: 'separator' },
        {
          label: 'Open snapshot or recording…',
          accelerator: 'CmdOrCtrl+Shift+O',
          click: actions.openRecording,
        },
        {
          label: 'Open recent recording',
          submenu: entriesOf(actions.recentRecordings, actions.openRecentRecording),
        },
        { type: 'separator' },
        { label: 'Print…', accelerator: 'CmdOrCtrl+P', click: actions.print },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'About Tripscope', click: () => app.showAboutPanel() },
        { label: 'Third-party notices', click: () => void shell.openPath(actions.noticesFile) },
      ],
    },
  ]
  return Menu.buildFromTemplate(template)
}
