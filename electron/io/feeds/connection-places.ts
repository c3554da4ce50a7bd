import type { Socket } from 'node:net'

/**
 * The places a feed has for readers. When all are taken the one that said nothing for the longest time gives way to who comes: systems that
 * connect again after a fault and never close the old connection would keep everybody out (MODBUS Messaging on TCP/IP V1.0b, 4.2.1).
 */
export const createPlaces = (most: number, letGo: () => void) => {
  // In the order in which they were last heard.
  const taken = new Set<Socket>()
  return {
    enter: (socket: Socket): void => {
      const [silent] = taken
      if (taken.size >= most && silent !== undefined) {
        taken.delete(silent)
        silent.destroy()
        letGo()
      }
      taken.add(socket)
      socket.on('close', () => taken.delete(socket))
    },
    heard: (socket: Socket): void => {
      if (taken.delete(socket)) taken.add(socket)
    },
    closeAll: (): void => {
      for (const socket of taken) socket.destroy()
    },
  }
}
