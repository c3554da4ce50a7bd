import { createServer } from 'node:net'

/** A port that is free now, for a server of another process: the product's, to which chargers connect. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('this computer gave no port'))
      })
    })
  })
