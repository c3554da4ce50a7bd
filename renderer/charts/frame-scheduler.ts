/** Draws what has changed, all charts together, at most once per animation frame, and nothing while the page is hidden. */
export interface FrameScheduler {
  /** Asks for one run of `draw` in the next frame; asking again before that changes nothing. */
  readonly request: (draw: () => void) => void
  readonly cancel: (draw: () => void) => void
}

interface FrameSource {
  readonly requestFrame: (run: () => void) => void
  readonly isHidden: () => boolean
  readonly onVisibility: (listener: () => void) => void
}

export const createFrameScheduler = (source: FrameSource): FrameScheduler => {
  const wanted = new Set<() => void>()
  let asked = false

  const run = () => {
    asked = false
    if (source.isHidden()) return
    const draws = [...wanted]
    wanted.clear()
    for (const draw of draws) draw()
  }
  const ask = () => {
    if (asked || wanted.size === 0 || source.isHidden()) return
    asked = true
    source.requestFrame(run)
  }
  source.onVisibility(ask)
  return {
    request: (draw) => {
      wanted.add(draw)
      ask()
    },
    cancel: (draw) => {
      wanted.delete(draw)
    },
  }
}

let shared: FrameScheduler | null = null
/** The one scheduler of the page. */
export const frames = (): FrameScheduler => {
  shared ??= createFrameScheduler({
    requestFrame: (run) => {
      requestAnimationFrame(run)
    },
    isHidden: () => document.hidden,
    onVisibility: (listener) => document.addEventListener('visibilitychange', listener),
  })
  return shared
}
