import { join } from 'node:path'
import type { Plugin } from 'vite'
import { root } from './project.ts'

const empty = '\0left-out'
const ofModbusSerial = /[/\\]modbus-serial[/\\]/

/** modbus-serial's own ports and servers (one of them for its tests), and the serialport they use: lines are our own (electron/io/modbus). */
const isLeftOut = (source: string, importer: string | undefined): boolean =>
  importer !== undefined &&
  ofModbusSerial.test(importer) &&
  (/(^|[/\\])serialport([/\\]dist[/\\]serialport\.js)?$/.test(source) ||
    /[/\\](ports|servers)[/\\][^/\\]+$/.test(join(importer, '..', source)))

/** Bundles a library without the parts that a running program has no use for: an empty module takes their place. */
export const leaveOutUnusedParts = (): Plugin => ({
  name: 'tripscope:leave-out-unused-parts',
  enforce: 'pre',
  resolveId: (source, importer) => (isLeftOut(source, importer) ? empty : null),
  load: (id) => (id === empty ? 'module.exports = {}' : null),
})

/** "react", "@mantine/core": the package a file belongs to, the innermost where they are nested; null for our own. */
export const packageFolderOf = (id: string): string | null => {
  const path = id.split('?', 1)[0] ?? ''
  const match = /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)/.exec(path)
  return match?.[1] ?? null
}

/** Notes every package of which something stands in what was built, into `folders`. */
export const notePackages = (folders: Set<string>): Plugin => ({
  name: 'tripscope:note-packages',
  generateBundle: (_options, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      for (const id of chunk.moduleIds) {
        const folder = packageFolderOf(id)
        if (folder !== null) folders.add(folder)
        // The small helper that fetches a view's style sheets before it.
        if (id.includes('vite/preload-helper')) folders.add(join(root, 'node_modules', 'vite'))
      }
    }
  },
})
