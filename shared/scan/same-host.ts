/** One spelling of a host: names in lower case without the root's dot, and the machine itself under one name. Names are not looked up. */
const spelled = (host: string): string => {
  const plain = host.trim().toLowerCase().replace(/\.$/, '')
  return plain === 'localhost' || plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain) ? 'localhost' : plain
}

export const isSameHost = (one: string, other: string): boolean => spelled(one) === spelled(other)

/** On this computer each port is a program of its own (a tunnel, a gateway's driver); at any other address a second port may be a second way to the same device. */
export const isThisComputer = (host: string): boolean => spelled(host) === 'localhost'
