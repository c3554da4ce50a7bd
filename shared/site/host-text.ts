import type { SiteFinding } from './site-finding.ts'
import { siteError } from './site-finding.ts'

const withPort = /^([^:\s]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i
const dotted = /^\d+(\.\d+)+$/
const isAddress = (text: string): boolean => {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => part.length <= 3 && Number(part) <= 255)
}

/** What is wrong with a host: more than a name or an address, a port in it, or numbers that are no address. Opens nothing. */
export const checkHost = (path: readonly (string | number)[], host: string): SiteFinding[] => {
  const [, alone, port] = withPort.exec(host) ?? []
  if (alone !== undefined && port !== undefined)
    return [
      siteError(
        path,
        'expected a host name or an IP address alone, and this has a port in it',
        `write host: ${alone.replaceAll(/[[\]]/g, '')} and port: ${port}`,
      ),
    ]
  if (/[@/\s]/.test(host))
    return [siteError(path, 'expected a host name or an IP address alone', 'without user, password, path or spaces')]
  if (dotted.test(host) && !isAddress(host))
    return [siteError(path, `'${host}' is no IP address`, 'write four numbers of 0 to 255, such as 192.168.1.20')]
  return []
}
