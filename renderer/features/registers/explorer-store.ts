import { create } from 'zustand'
import type { ExploreReading, Habits } from '../../../shared/api/explore-contract.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import type { ProfileForm } from './draft-form.ts'
import { emptyWhere, type Where, type WhereForm } from './where-text.ts'
import { noStats, type WatchStats } from './watch-stats.ts'
import type { Assignment } from './assignment.ts'

/** Names and quantities belong to a device: they wait while another is looked at. */
interface DeviceNotes {
  readonly names: Readonly<Record<number, string>>
  readonly assignments: readonly Assignment[]
}

/** What the explorer holds: it outlives a look at another view, and the site being opened anew. */
interface ExplorerState {
  readonly form: WhereForm
  /** What the reading on the screen was asked of; null before the first. */
  readonly asked: Where | null
  readonly mode: 'idle' | 'once' | 'watch'
  readonly reading: ExploreReading | null
  readonly ended: string | null
  readonly stats: WatchStats
  readonly habits: Habits | null
  readonly selected: number | null
  readonly overlayId: string
  readonly names: Readonly<Record<number, string>>
  readonly assignments: readonly Assignment[]
  readonly otherDevices: Readonly<Record<string, DeviceNotes>>
  readonly profileForm: Partial<ProfileForm>
}

export const useExplorer = create<ExplorerState>(() => ({
  form: emptyWhere,
  asked: null,
  mode: 'idle',
  reading: null,
  ended: null,
  stats: noStats,
  habits: null,
  selected: null,
  overlayId: '',
  names: {},
  assignments: [],
  otherDevices: {},
  profileForm: {},
}))

export const changeForm = (part: Partial<WhereForm>): void =>
  useExplorer.setState(({ form }) => ({ form: { ...form, ...part } }))
export const select = (selected: number | null): void => useExplorer.setState({ selected })
export const nameRegister = (address: number, name: string): void =>
  useExplorer.setState(({ names }) => ({ names: { ...names, [address]: name } }))
/** A quantity has one register, and a register one quantity: the newest word counts. */
export const assign = (assignment: Assignment): void =>
  useExplorer.setState(({ assignments }) => ({
    assignments: [
      ...assignments.filter(
        (one) =>
          one.key !== assignment.key &&
          (one.address !== assignment.address || one.functionCode !== assignment.functionCode),
      ),
      assignment,
    ].sort((a, b) => a.address - b.address),
  }))
export const unassign = (key: QuantityKey): void =>
  useExplorer.setState(({ assignments }) => ({ assignments: assignments.filter((one) => one.key !== key) }))
export const changeAssignment = (key: QuantityKey, part: Partial<Assignment>): void =>
  useExplorer.setState(({ assignments }) => ({
    assignments: assignments.map((one) => (one.key === key ? { ...one, ...part } : one)),
  }))
