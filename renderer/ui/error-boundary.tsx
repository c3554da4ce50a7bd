import { Button } from '@mantine/core'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { isoTime } from '../format/time.ts'
import { localNow } from '../state/clock.ts'
import { copyText } from './copy-text.ts'

interface Props {
  readonly what: string
  /** Whether measuring and control go on, in a sentence: what is known of the program just now. */
  readonly program: ReactNode
  /** Shown instead for an error that has a state of its own, e.g. a view that could not be fetched; null: none has. */
  readonly designed: (error: Error) => ReactNode | null
  readonly children: ReactNode
}
interface State {
  readonly error: Error | null
  readonly stack: string
  readonly copied: string | null
}

/** A view that fails takes only itself down, says so, and hands over what a developer needs. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, stack: '', copied: null }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    this.setState({ stack: info.componentStack ?? '' })
    console.error(error)
  }

  copy = () => {
    copyText(this.details()).then(
      () => this.setState({ copied: 'Copied.' }),
      (error: unknown) =>
        this.setState({ copied: `Could not copy (${String(error)}): mark the text below and copy it.` }),
    )
  }

  details(): string {
    const { error, stack } = this.state
    return `Tripscope, view "${this.props.what}", ${isoTime(localNow())}\n${error?.stack ?? error?.message ?? ''}\n${stack}`
  }

  override render() {
    if (this.state.error === null) return this.props.children
    const designed = this.props.designed(this.state.error)
    if (designed !== null) return designed
    return (
      <div className="view" role="alert">
        <h1>{this.props.what} could not be shown</h1>
        <p>This is a fault of the screen, not of the site. {this.props.program} The other views still work.</p>
        <div className="row">
          <Button onClick={() => this.setState({ error: null, copied: null })}>Try again</Button>
          <Button variant="default" onClick={this.copy}>
            Copy details
          </Button>
          <span>{this.state.copied}</span>
        </div>
        <pre className="panel mono" tabIndex={0} aria-label="Details of the fault">
          {this.details()}
        </pre>
      </div>
    )
  }
}
