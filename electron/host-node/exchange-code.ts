import type { IncomingMessage } from 'node:http'
import type { Redeemed } from './access.ts'
import { plainReply, type PageReply } from './page-files.ts'

/** Far above any code, far below what would hurt. */
const largestBodyBytes = 512

const whys: Readonly<Record<Exclude<Redeemed, { ok: true }>['why'], string>> = {
  used: 'This address was already used: each works once.',
  expired: 'This address was not opened in time.',
  unknown: 'This address is of an earlier start, or incomplete.',
}

const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > largestBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8').trim()
}

const json = (status: number, value: unknown): PageReply => {
  const plain = plainReply(status, JSON.stringify(value))
  return { ...plain, headers: { ...plain.headers, 'content-type': 'application/json', 'cache-control': 'no-store' } }
}

/** POST /session with a code as its body: the key it stands for, once. Only a page of our own may ask. */
export const exchangeCode = async (
  request: IncomingMessage,
  origin: string,
  redeem: (code: string) => Redeemed,
): Promise<PageReply> => {
  if ((request.headers.origin ?? '').toLowerCase() !== origin)
    return plainReply(403, 'Only a page of this program may ask for a key.')
  const code = await bodyOf(request)
  if (code === null) return plainReply(413, 'That is too long for a code.')
  const redeemed = redeem(code)
  return redeemed.ok
    ? json(200, { token: redeemed.token, role: redeemed.role })
    : json(401, { why: `${whys[redeemed.why]} Open a new one: Tripscope prints it where it was started.` })
}
