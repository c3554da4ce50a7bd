import { refusal } from '../../../shared/said/refusal.ts'
import type { transferContract } from '../../../shared/api/transfer-contract.ts'
import type { Part } from '../part.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock, NewId } from '../ports.ts'
import { fetchPieces } from './fetch-pieces.ts'
import type { FileOffer, Transfers } from './file-offer.ts'
import type { FileReceiver } from './file-receiver.ts'
import { receiveFile, type Receiving } from './receive-pieces.ts'

/** A screen fetches at once what it asked for. */
const ticketLifeMs = 60_000
const mostTickets = 32
/** Files under way at once, each way, for all screens: each keeps a store or a disk busy. Editable assumption. */
const mostUnderWay = 4

export interface TransferPorts {
  readonly clock: Clock
  readonly newId: NewId
  readonly archive: Pick<Archive, 'hash'>
  /** By purpose. */
  readonly receivers?: ReadonlyMap<string, FileReceiver>
}

/** Files to and from the screens, for all parts of the program that make or take one. */
export const createTransferPart = (ports: TransferPorts): Part<typeof transferContract> & Transfers => {
  const { clock, newId, receivers = new Map<string, FileReceiver>() } = ports
  const offers = new Map<string, { readonly offer: FileOffer; readonly forget: () => void }>()
  const receiving = new Map<string, Receiving>()
  let fetching = 0

  const take = (ticket: string): FileOffer => {
    const held = offers.get(ticket)
    if (held === undefined) throw refusal('file-fetched', {})
    if (fetching >= mostUnderWay) throw refusal('files-under-way', { way: 'out', count: mostUnderWay })
    held.forget()
    return held.offer
  }
  const receiverOf = (purpose: string): FileReceiver => {
    const receiver = receivers.get(purpose)
    if (receiver === undefined) throw refusal('no-purpose', { purpose })
    if (receiving.size >= mostUnderWay) throw refusal('files-under-way', { way: 'in', count: mostUnderWay })
    return receiver
  }

  return {
    name: 'the transfer of files',
    offer: (offer) => {
      if (offers.size >= mostTickets) throw refusal('tickets-spent', {})
      const ticket = newId()
      const stopWaiting = clock.after(ticketLifeMs, () => offers.delete(ticket))
      const forget = () => {
        stopWaiting()
        offers.delete(ticket)
      }
      offers.set(ticket, { offer, forget })
      return ticket
    },
    handlers: {
      'transfer.fetch': async function* ({ ticket }) {
        const offer = take(ticket)
        fetching += 1
        try {
          yield* fetchPieces(offer, ports)
        } finally {
          fetching -= 1
        }
      },
      'transfer.receive': async function* ({ transferId, purpose, fileName, size }, caller) {
        if (caller.role !== 'operator') throw refusal('viewer-sends', {})
        if (receiving.has(transferId)) throw refusal('sent-already', {})
        const one = receiveFile(receiverOf(purpose), { transferId, fileName, size }, ports)
        receiving.set(transferId, one)
        try {
          yield* one.pieces()
        } finally {
          receiving.delete(transferId)
        }
      },
      'transfer.send': (sent) => {
        const one = receiving.get(sent.transferId)
        if (one === undefined) throw refusal('not-received', {})
        return one.send(sent)
      },
    },
    stop: () => {
      for (const { forget } of [...offers.values()]) forget()
    },
  }
}
