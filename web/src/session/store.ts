import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { sessionApi } from '@/api/session'
import { isProblem } from '@/api/problem'
import { context } from '@/api/request'
import { live, onLive } from '@/live/stream'
import type { Post, Session } from '@/api/types'
import { forgetVisits } from '@/shell/palette/recent'

const POST_KEY = 'fengsui.post'
/** Somebody signed in here before: only then there may be a session to ask for. */
const BEFORE_KEY = 'fengsui.signed_in'

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  const loaded = ref(false)
  const unreachable = ref(false)
  const postId = ref<string | null>(localStorage.getItem(POST_KEY))
  /** The session ran out while a page is open: the sign-in dialog lies over it. */
  const expired = ref(false)
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
      accept(await sessionApi.current())
      loaded.value = true
    } catch (problem) {
      if (isProblem(problem) && problem.offline) unreachable.value = true
      else {
        localStorage.removeItem(BEFORE_KEY)
        loaded.value = true
      }
    }
  }

  async function signIn(body: { user: string; password: string; totp?: string }): Promise<void> {
    accept(await sessionApi.signIn(body))
    loaded.value = true
  }

  async function signOut(): Promise<void> {
    forgetVisits()
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

  return { session, loaded, unreachable, post, postId, roles, expired, load, signIn, signOut, refresh, choosePost, clear, can }
})
