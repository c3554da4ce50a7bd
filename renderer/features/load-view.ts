import { lazy, type ComponentType } from 'react'

/** The screen's own files could not be fetched; that is no fault of the view. */
export class ViewNotLoaded extends Error {
  override readonly name = 'ViewNotLoaded'
}

const loaders: (() => Promise<unknown>)[] = []

/** A view that is fetched when it is first opened, or before, when the page has nothing else to do. */
export const lazyView = (load: () => Promise<ComponentType>): ComponentType => {
  loaders.push(load)
  return lazy(async () => {
    try {
      return { default: await load() }
    } catch (error) {
      throw new ViewNotLoaded(String(error))
    }
  })
}

/** Fetches every view, so that a program that is gone later takes none of them with it. What fails here is told when it is opened. */
export const loadAllViews = async (): Promise<void> => {
  for (const load of loaders) await load().catch(() => undefined)
}
