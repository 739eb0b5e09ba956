import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { sessionApi } from '@/api/session'
import { isProblem } from '@/api/problem'
import { context } from '@/api/request'
import { live, onLive } from '@/live/stream'
import type { Post, Session } from '@/api/types'
import { forget, recall } from '@/offline/lastSeen'
import { forgetVisits } from '@/shell/palette/recent'

const POST_KEY = 'fengsui.post'
/** Somebody signed in here before: only then there may be a session to ask for. */
const BEFORE_KEY = 'fengsui.signed_in'
/** A weak line may think this long before the page opens with what was kept. */
const PATIENCE_MS = 6_000
const ASK_AGAIN_MS = 3_000

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  const loaded = ref(false)
  const unreachable = ref(false)
  const postId = ref<string | null>(localStorage.getItem(POST_KEY))
  /** The session ran out while a page is open: the sign-in dialog lies over it. */
  const expired = ref(false)
  /** The page opened without the line: all that it shows is of this time. */
  const recalledAt = ref<number | null>(null)
  let pending: { promise: Promise<boolean>; settle: (ok: boolean) => void } | null = null

  const post = computed<Post | null>(() => session.value?.posts.find((one) => one.id === postId.value) ?? session.value?.posts[0] ?? null)
  const roles = computed(() => post.value?.roles ?? [])

  function accept(value: Session): void {
    session.value = value
    context.csrf = value.csrf_token
    context.user = value.user.login
    localStorage.setItem(BEFORE_KEY, '1')
    choosePost(post.value?.id ?? null)
    unreachable.value = false
    recalledAt.value = null
    expired.value = false
    pending?.settle(true)
    pending = null
  }

  function choosePost(id: string | null): void {
    postId.value = id
    context.post = id
    if (id) localStorage.setItem(POST_KEY, id)
  }

  function clear(): void {
    session.value = null
    recalledAt.value = null
    void forget()
    localStorage.removeItem(BEFORE_KEY)
    context.csrf = null
    context.user = null
    context.post = null
    expired.value = false
    pending?.settle(false)
    pending = null
  }

  async function load(): Promise<void> {
    if (!localStorage.getItem(BEFORE_KEY)) {
      loaded.value = true
      return
    }
    try {
      accept(await sessionApi.current(AbortSignal.timeout(PATIENCE_MS)))
      loaded.value = true
    } catch (problem) {
      if (isProblem(problem) && problem.offline) await openWithout()
      else {
        localStorage.removeItem(BEFORE_KEY)
        void forget()
        loaded.value = true
      }
    }
  }

  /** Nobody answers: what was kept, marked as such, or the wait for the line. */
  async function openWithout(): Promise<void> {
    const seen = await recall()
    if (!seen) {
      unreachable.value = true
      return
    }
    session.value = seen.session
    context.user = seen.session.user.login
    choosePost(seen.post)
    recalledAt.value = seen.at
    loaded.value = true
    void askAgain()
  }

  async function askAgain(): Promise<void> {
    while (recalledAt.value !== null) {
      await new Promise((resolve) => {
        window.addEventListener('online', resolve, { once: true })
        setTimeout(resolve, ASK_AGAIN_MS)
      })
      try {
        const now = await sessionApi.current(AbortSignal.timeout(PATIENCE_MS))
        // Somebody else signed in at another window: nothing of this page is theirs.
        if (now.user.login !== session.value?.user.login) return window.location.reload()
        accept(now)
      } catch (problem) {
        if (!isProblem(problem) || problem.status !== 401) continue
        void forget()
        await context.reauthenticate?.()
        return
      }
    }
  }

  async function signIn(body: { user: string; password: string; totp?: string }): Promise<void> {
    accept(await sessionApi.signIn(body))
    loaded.value = true
  }

  async function signOut(): Promise<void> {
    forgetVisits()
    await forget()
    await sessionApi.signOut().catch(() => undefined)
    clear()
  }

  async function refresh(): Promise<void> {
    accept(await sessionApi.current())
  }

  /** A screen that was sent away shows a code again; nobody there could type a password. */
  function sentAway(): boolean {
    if (!session.value?.screen) return false
    clear()
    window.location.reload()
    return true
  }

  // Somebody changed what this person may do, or the line broke because the session was ended.
  const askAnew = () => {
    if (session.value && !expired.value) void refresh().catch((problem) => isProblem(problem) && problem.status === 401 && sentAway())
  }
  onLive((name) => name === 'access_changed' && askAnew())
  watch(() => live.state, (state) => state === 'stale' && askAnew())

  context.reauthenticate = () => {
    if (!session.value || sentAway()) return Promise.resolve(false)
    if (!pending) {
      const waiting: { settle?: (ok: boolean) => void } = {}
      const promise = new Promise<boolean>((resolve) => (waiting.settle = resolve))
      pending = { promise, settle: (ok) => waiting.settle?.(ok) }
      expired.value = true
    }
    return pending.promise
  }

  /** A hint for what to show; the server decides. */
  function can(action: string, kind: string): boolean {
    return (session.value?.permissions ?? []).some(
      (grant) => (grant.action === action || grant.action === '*') && (grant.kind === kind || grant.kind === '*'),
    )
  }

  return { session, loaded, unreachable, post, postId, roles, expired, recalledAt, load, signIn, signOut, refresh, choosePost, clear, can }
})
