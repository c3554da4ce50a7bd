import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'

/** Where this user's programs keep their data, by the habits of each system; TRIPSCOPE_DATA overrides. */
export const dataFolder = (
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string => {
  const chosen = env['TRIPSCOPE_DATA']
  if (chosen) return resolve(chosen)
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Tripscope')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tripscope')
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'tripscope')
}

/** One folder per site file: the name for people, a hash of its full path because two sites may share a name. */
export const siteDataFolder = (base: string, siteFile: string): string => {
  const full = resolve(siteFile)
  const name =
    basename(full)
      .replace(/\.[^.]*$/, '')
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .slice(0, 60) || 'site'
  return join(base, 'sites', `${name}-${createHash('sha256').update(full).digest('hex').slice(0, 8)}`)
}
