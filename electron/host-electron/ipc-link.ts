import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron'
import type { Link } from '../../shared/api/link.ts'
import { createHostMessageLink } from '../../shared/api/message-link.ts'
import type { Log } from '../core/ports.ts'
import { pageOrigin } from './page-protocol.ts'

const channel = 'tripscope'

/**
 * The window's one channel as a link (message-link.ts). A message counts only when its sender is the top frame of this window showing
 * our own page; `senderFrame` is null when the frame navigated away or was destroyed since, which is treated as hostile.
 */
export const createIpcLink = (window: BrowserWindow, log: Log): Link => {
  const { webContents } = window
  const isOurs = (event: IpcMainEvent): boolean => {
    const { senderFrame } = event
    return (
      event.sender === webContents &&
      senderFrame !== null &&
      senderFrame === webContents.mainFrame &&
      senderFrame.origin === pageOrigin
    )
  }
  const link = createHostMessageLink({
    post: (message) => {
      if (!webContents.isDestroyed()) webContents.send(channel, message)
    },
    onMessage: (listener) => {
      const receive = (event: IpcMainEvent, message: unknown) => {
        if (isOurs(event)) listener(message)
        else log.warn('a frame from a foreign sender was refused', { url: event.senderFrame?.url ?? 'unknown' })
      }
      ipcMain.on(channel, receive)
      return () => {
        ipcMain.off(channel, receive)
      }
    },
  })
  webContents.once('destroyed', link.lost)
  return link
}
