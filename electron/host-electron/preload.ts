import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'

/** All the page gets of Electron: frames to and from the main process on one channel. */
const channel = 'tripscope'

contextBridge.exposeInMainWorld('tripscope', {
  send: (frame: unknown) => ipcRenderer.send(channel, frame),
  onFrame: (listener: (frame: unknown) => void) => {
    const receive = (_event: IpcRendererEvent, frame: unknown) => listener(frame)
    ipcRenderer.on(channel, receive)
    return () => {
      ipcRenderer.off(channel, receive)
    }
  },
})
