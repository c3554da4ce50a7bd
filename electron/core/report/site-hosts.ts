import type { Site } from '../../../shared/site/site.ts'

/** Every network host that a site file names, once each. */
export const hostsOf = (site: Site): readonly string[] => {
  const hosts = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value))
      if (key === 'host' && typeof inner === 'string' && inner !== '') hosts.add(inner)
      else look(inner)
  }
  look(site)
  return [...hosts]
}
