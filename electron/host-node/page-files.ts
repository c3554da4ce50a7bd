import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { own } from '../../shared/own.ts'

/** The built screen, as both hosts serve it: a closed list of files read once, so no request can name any other. */

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
}
const noncePlaceholder = '__STYLE_NONCE__'

export interface PageReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}
/** The reply for a path such as "/" or "/assets/index-1a2b.js"; `connect` are the sources the page may open connections to. */
export type ServePage = (path: string, connect: string) => PageReply

/**
 * No script, style or connection but our own. The nonce lets the component library add its style elements; it is new for
 * every reply and is handed to the page in <meta name="style-nonce">.
 */
const contentSecurityPolicy = (nonce: string, connect: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=()',
}

const text = (status: number, message: string): PageReply => ({
  status,
  headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8' },
  body: new TextEncoder().encode(`${message}\n`),
})

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Reads the folder; throws where it is not there (the program was not built). `index` answers "/". */
export const createPageFiles = (folder: string, index: string): ServePage => {
  const files = new Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }>()
  for (const path of listFiles(folder)) {
    const type = own(types, extname(path))
    if (type)
      files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, bytes: Uint8Array.from(readFileSync(path)) })
  }
  const start = files.get(`/${index}`)
  if (!start) throw new Error(`${join(folder, index)} is missing: run "npm run build"`)
  return (path, connect) => {
    const file = path === '/' ? start : files.get(path)
    if (!file) return text(404, 'There is no such page.')
    const nonce = randomBytes(16).toString('base64')
    const isPage = file.type.startsWith('text/html')
    return {
      status: 200,
      headers: {
        ...commonHeaders,
        'content-type': file.type,
        'content-security-policy': contentSecurityPolicy(nonce, connect),
        // File names under assets/ carry a hash of their content.
        'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
      },
      body: isPage
        ? new TextEncoder().encode(new TextDecoder().decode(file.bytes).replaceAll(noncePlaceholder, nonce))
        : file.bytes,
    }
  }
}

export const plainReply = text
