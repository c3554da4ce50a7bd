/** Why a feed's port could not be opened, and what to do. */
export const portProblem = (host: string, port: number, error: NodeJS.ErrnoException): string => {
  switch (error.code) {
    case 'EADDRINUSE':
      return `${host}:${port} is in use by another program; close it or give the feed another port`
    case 'EACCES':
      return `this program may not open ${host}:${port}; choose a port above 1023`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this computer does not have the address ${host}; correct 'host' of the feed`
    default:
      return `${host}:${port} can't be opened: ${error.message}`
  }
}

/** A port that could not be opened is tried again after so long, ms. Editable. */
export const againMs = 3000
