import { isRunning, type Override } from '../../shared/model/override.ts'
import { useConnection } from './connection.ts'
import { newIntentId } from './intent.ts'
import { useLive } from './live.ts'

/** Said this often, ms; the program takes a window for gone that has said nothing for three times as long (windowGoneS). */
const everyMs = 10_000

const mine = new Map<string, string>()
const timer: { handle: ReturnType<typeof setInterval> | null } = { handle: null }

const stop = (): void => {
  if (timer.handle !== null) clearInterval(timer.handle)
  timer.handle = null
}

const say = (): void => {
  const running = useLive.getState().live?.control.overrides
  if (running !== undefined)
    for (const id of mine.keys()) if (running.some((each) => each.id === id && !isRunning(each))) mine.delete(id)
  if (mine.size === 0) {
    stop()
    return
  }
  const [who = ''] = mine.values()
  // An answer that does not come needs no word here: the override then ends by itself, and says so.
  useConnection
    .getState()
    .client?.call('override.renew', { intentId: newIntentId(), overrideIds: [...mine.keys()], who })
    .catch(() => undefined)
}

/** Overrides that hold only while this window is open: from now on it says that it is. They end with it. */
export const renewWhileOpen = ({ id, who, conditions }: Pick<Override, 'id' | 'who' | 'conditions'>): void => {
  if (!conditions.some(({ kind }) => kind === 'window-open')) return
  mine.set(id, who)
  timer.handle ??= setInterval(say, everyMs)
}
