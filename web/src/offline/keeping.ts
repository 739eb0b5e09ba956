/** Keeps what is on the screen for a start without the line, and on the screen while the line is lost. */
import { QueryCache, type QueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import { isProblem } from '@/api/problem'
import { live } from '@/live/stream'
import { useSession } from '@/session/store'
import { remember } from './lastSeen'

const EVERY_MS = 15_000

/**
 * While the line is marked as lost, what could not be fetched anew stays as it was: the mark says that it is old.
 * As long as the line is marked as live, a failure is shown as one.
 */
export function keepingCache(): QueryCache {
  return new QueryCache({
    onError: (error, query) => {
      if (live.state === 'live' || query.state.data === undefined || !isProblem(error) || !error.offline) return
      query.setState({ status: 'success', error: null, isInvalidated: true })
    },
  })
}

/** Only what is of now is kept: never while the line is in doubt. */
export function startKeeping(client: QueryClient): void {
  const session = useSession()
  const keep = () => {
    if (session.session && session.recalledAt === null && !session.expired && live.state === 'live') void remember(session.session, session.postId)
  }
  window.setInterval(keep, EVERY_MS)
  document.addEventListener('visibilitychange', () => document.hidden && keep())
  // The first page is soon complete.
  watch(() => live.state === 'live', (now) => now && window.setTimeout(keep, 2_000))
  watch(() => session.recalledAt, (at) => at === null && session.session && void client.invalidateQueries())
}
